use leptos::prelude::*;
use ml_evaluation::Confusion;

use super::{mistakes, named, plainly};
use crate::format;

/// How many rows of each class were taken for which: a row a true class, a column a predicted one.
#[component]
pub(super) fn Matrix(
    counted: StoredValue<Confusion>,
    classes: StoredValue<Vec<String>>,
    shown: Vec<usize>,
) -> impl IntoView {
    let first = counted.with_value(|counted| mistakes(counted, &shown)).into_iter().next();
    let summary = match first {
        Some((truth, predicted, count)) => format!(
            "Most frequent mistake: {} of {} taken for {}.",
            format::plural(count, "row"),
            named(classes, truth),
            named(classes, predicted)
        ),
        None => "No class was taken for another.".into(),
    };
    let heads = shown.clone();
    let columns = shown.clone();
    view! {
        <div class="table-wrap" tabindex="0" role="group" aria-label="Confusion matrix">
            <table class="confusion">
                <caption>"How the classes were told apart"</caption>
                <thead>
                    <tr>
                        <th scope="col">"True class"</th>
                        {heads
                            .into_iter()
                            .map(|class| {
                                view! {
                                    <th scope="col" class="number">
                                        <span class="soft">"as "</span>
                                        {plainly(classes, class)}
                                    </th>
                                }
                            })
                            .collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {shown
                        .into_iter()
                        .map(|truth| {
                            view! {
                                <tr>
                                    <th scope="row">{plainly(classes, truth)}</th>
                                    {columns.iter().map(|predicted| cell(counted, truth, *predicted)).collect_view()}
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
        <p class="small soft">{summary}</p>
    }
}

/// The darker, the more rows of the true class are in it.
fn cell(counted: StoredValue<Confusion>, truth: usize, predicted: usize) -> impl IntoView {
    let (count, rows) = counted.with_value(|counted| (counted.count(truth, predicted), counted.support(truth)));
    // A single row is to be seen too.
    let least = if count == 0 { 0.0 } else { 6.0 };
    let depth = format!("{:.0}%", least + 34.0 * count as f64 / rows.max(1) as f64);
    view! {
        <td class="number" class:hit=truth == predicted class:none=count == 0 style:--depth=depth>
            {format::count(count)}
        </td>
    }
}
