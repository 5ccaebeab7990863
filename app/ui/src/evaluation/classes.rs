use leptos::prelude::*;
use ml_evaluation::Confusion;

use super::plainly;
use crate::format;

/// Precision, recall and F1 of each class, and their means.
#[component]
pub(super) fn Classes(
    counted: StoredValue<Confusion>,
    classes: StoredValue<Vec<String>>,
    shown: Vec<usize>,
) -> impl IntoView {
    let means = counted.with_value(Confusion::means);
    let row = move |class: usize| {
        let found = counted.with_value(|counted| counted.class(class));
        let shares = [found.precision, found.recall, found.f1];
        view! {
            <tr>
                <th scope="row">{plainly(classes, class)}</th>
                {shares.map(|share| view! { <td class="number">{format::share(share)}</td> }).into_iter().collect_view()}
                <td class="number">{format::count(found.support)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap" tabindex="0" role="group" aria-label="Measures of each class">
            <table class="confusion measures">
                <caption>"Each class"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Class"</th>
                        <th scope="col" class="number">"Precision"</th>
                        <th scope="col" class="number">"Recall"</th>
                        <th scope="col" class="number">"F1"</th>
                        <th scope="col" class="number">"Rows"</th>
                    </tr>
                </thead>
                <tbody>
                    {shown.into_iter().map(row).collect_view()}
                    <tr class="means">
                        <th scope="row">"Mean of the classes"</th>
                        {[means.precision, means.recall, means.f1]
                            .map(|share| view! { <td class="number">{format::share(share)}</td> })
                            .into_iter()
                            .collect_view()}
                        <td class="number">{format::count(counted.with_value(Confusion::rows))}</td>
                    </tr>
                </tbody>
            </table>
        </div>
        <p class="small soft">
            "Precision: of the rows taken for the class, the share that is of it. Recall: of the rows of the class, the share that was found. F1 is their harmonic mean. Where there are no such rows, it is 0."
        </p>
    }
}
