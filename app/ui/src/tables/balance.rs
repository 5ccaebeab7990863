use dataset::ClassCount;
use leptos::prelude::*;

use super::name::Name;
use crate::format;

/// Classes that are shown at once.
const SHOWN: usize = 20;

/// The class that most rows have: the first of several.
pub fn most_frequent(classes: &[ClassCount]) -> Option<&ClassCount> {
    classes.iter().rev().max_by_key(|class| class.rows)
}

/// How many rows each class has, and what that means for a score.
#[component]
pub fn Balance(
    /// Name of the label column.
    label: String,
    classes: Vec<ClassCount>,
) -> impl IntoView {
    let largest = most_frequent(&classes).cloned();
    let rows: u64 = classes.iter().map(|class| class.rows).sum();
    let share = move |part: u64| format::share(part as f64 / rows.max(1) as f64);
    let most = largest.as_ref().map_or(1, |class| class.rows);
    let bar = move |class: &ClassCount| {
        let said = format!("Rows of class {}", class.name);
        view! {
            <span class="breakable"><Name text=class.name.clone() /></span>
            <meter min="0" max=most.to_string() value=class.rows.to_string() aria-label=said></meter>
            <span class="number">{format::count(class.rows)} " · " {share(class.rows)}</span>
        }
    };
    let (first, others) = classes.split_at(classes.len().min(SHOWN));
    let more = (!others.is_empty()).then(|| {
        view! {
            <details>
                <summary>{format!("{} more", format::count(others.len() as u64))}</summary>
                <div class="bars">{others.iter().map(bar).collect_view()}</div>
            </details>
        }
    });
    view! {
        <h3>{format!("How many rows of each class (“{label}”)")}</h3>
        <div class="bars">{first.iter().map(bar).collect_view()}</div>
        {more}
        {largest.map(|class| {
            view! {
                <p class="small soft">
                    {format!("Who says “{}” to every row is right in {} of them.", class.name, share(class.rows))}
                </p>
            }
        })}
    }
}
