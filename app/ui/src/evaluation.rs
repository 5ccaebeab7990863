//! What a score rests on: its interval, which classes are taken for which, which columns count.

mod classes;
mod importance;
mod matrix;
pub mod words;

use leptos::prelude::*;
use ml_evaluation::Confusion;

use crate::format;
use classes::Classes;
pub use importance::Columns;
use matrix::Matrix;

/// Classes up to which the matrix is shown; a person cannot look over more.
const MOST_CLASSES: usize = 20;
/// Mistakes that are listed where there is no matrix.
const MOST_MISTAKES: usize = 10;

/// Predictions by class: the interval of their score, the confusion matrix, precision and recall of each class. `classes`
/// has a name for each class that was counted.
#[component]
pub fn Evaluation(counted: Confusion, classes: Vec<String>) -> impl IntoView {
    let (means, left_out) = (counted.means(), counted.left_out());
    let facts = format!(
        "{} are right: {}. Mean recall of the classes (balanced accuracy): {}; mean F1: {}.",
        format::score(counted.right() as u32, counted.rows() as u32),
        words::likely(counted.right(), counted.rows()),
        format::share(counted.balanced_accuracy()),
        format::share(means.f1),
    );
    let left_out = (left_out > 0)
        .then(|| format!("{} left out, since label or prediction is no class.", format::plural(left_out, "row")));
    // Those that neither are nor were said only take room.
    let all: Vec<usize> = (0..counted.classes()).collect();
    let there = |class: &usize| counted.support(*class) + counted.predicted(*class) > 0;
    let shown = if all.len() > MOST_CLASSES { all.into_iter().filter(there).collect() } else { all };
    let fits = shown.len() <= MOST_CLASSES;
    let (counted, classes) = (StoredValue::new(counted), StoredValue::new(classes));
    let by_class = shown.clone();
    view! {
        <div class="stack evaluation">
            <p class="small">{facts}</p>
            {left_out.map(|text| view! { <p class="small soft">{text}</p> })}
            {if fits {
                view! { <Matrix counted=counted classes=classes shown=shown /> }.into_any()
            } else {
                view! { <Mistakes counted=counted classes=classes shown=shown /> }.into_any()
            }}
            <Classes counted=counted classes=classes shown=by_class />
        </div>
    }
}

/// The most frequent mistakes, where classes are too many for a matrix.
#[component]
fn Mistakes(counted: StoredValue<Confusion>, classes: StoredValue<Vec<String>>, shown: Vec<usize>) -> impl IntoView {
    let mistakes = counted.with_value(|counted| mistakes(counted, &shown));
    let said = |(truth, predicted, count): (usize, usize, u64)| {
        format!("{}: {} taken for {}", format::plural(count, "row"), named(classes, truth), named(classes, predicted))
    };
    view! {
        <div class="stack tight">
            <p class="strong">"Most frequent mistakes"</p>
            <ul class="small">
                {mistakes.into_iter().take(MOST_MISTAKES).map(|mistake| view! { <li class="breakable">{said(mistake)}</li> }).collect_view()}
            </ul>
        </div>
    }
}

/// True class, predicted class and how often, the most frequent first.
fn mistakes(counted: &Confusion, shown: &[usize]) -> Vec<(usize, usize, u64)> {
    let pairs = shown.iter().flat_map(|truth| shown.iter().map(move |predicted| (*truth, *predicted)));
    let mut mistakes: Vec<_> = pairs
        .filter(|(truth, predicted)| truth != predicted)
        .map(|(truth, predicted)| (truth, predicted, counted.count(truth, predicted)))
        .filter(|(.., count)| *count > 0)
        .collect();
    mistakes.sort_by_key(|(.., count)| std::cmp::Reverse(*count));
    mistakes
}

/// What a class is called, in quotation marks.
fn named(classes: StoredValue<Vec<String>>, class: usize) -> String {
    format!("“{}”", plainly(classes, class))
}

/// What a class is called; something to look at where that is nothing.
fn plainly(classes: StoredValue<Vec<String>>, class: usize) -> String {
    let name = classes.with_value(|classes| classes.get(class).cloned().unwrap_or_default());
    if name.trim().is_empty() { "(empty)".into() } else { dataset::plain(&name) }
}
