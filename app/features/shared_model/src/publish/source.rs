//! Where the weights come from: a CSV, trained in the page, or a model file.

mod csv;
mod file;
mod form;
mod summary;
mod training;
mod vocabulary;

use leptos::prelude::*;

use super::Draft;
use csv::FromCsv;
use file::FromFile;
use summary::Summary;

#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    Csv,
    File,
    Simulation,
}

#[component]
pub fn Source(draft: Draft, from_simulation: bool) -> impl IntoView {
    let from = RwSignal::new(if from_simulation { From::Simulation } else { From::Csv });
    let choose = move |choice: From| {
        from.set(choice);
        draft.file.set(None);
        draft.test.set(None);
    };
    view! {
        <section class="panel" aria-labelledby="source">
            <header>
                <h2 id="source">"1. Weights to start with"</h2>
                <div class="tabs" role="group" aria-label="Source of the weights">
                    <button type="button" aria-pressed=move || (from.get() == From::Csv).to_string() on:click=move |_| choose(From::Csv)>
                        "Train on a CSV"
                    </button>
                    <button type="button" aria-pressed=move || (from.get() == From::File).to_string() on:click=move |_| choose(From::File)>
                        "From a model file"
                    </button>
                </div>
            </header>
            <div class="body stack">
                {move || match from.get() {
                    From::Csv => view! { <FromCsv draft=draft /> }.into_any(),
                    From::File => view! { <FromFile draft=draft /> }.into_any(),
                    From::Simulation => view! { <FromSimulation draft=draft /> }.into_any(),
                }}
            </div>
        </section>
    }
}

/// What the page of simulations has handed over.
#[component]
fn FromSimulation(draft: Draft) -> impl IntoView {
    view! {
        <p class="soft">"The model as your simulation left it, with its hidden test set, on which its accuracy is followed."</p>
        {move || draft.file.get().map(|file| view! { <Summary file=file /> })}
    }
}
