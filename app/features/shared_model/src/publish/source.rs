//! Where the weights come from: a CSV, trained in the page, or a model file.

mod csv;
mod file;
mod form;
mod summary;
mod training;
mod vocabulary;

use leptos::prelude::*;

use super::Draft;
use app_ui::controls::choices::{Choice, TabPanel, Tabs};
use csv::FromCsv;
use file::FromFile;
use summary::Summary;

#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    Csv,
    File,
    Simulation,
}

const TABS: [(From, &str, &str); 2] =
    [(From::Csv, "from-csv", "Train on a CSV"), (From::File, "from-file", "From a model file")];

fn sources() -> Vec<Choice> {
    TABS.map(|(_, id, name)| (id.to_owned(), name.to_owned())).to_vec()
}

#[component]
pub fn Source(draft: Draft, from_simulation: bool) -> impl IntoView {
    let from = RwSignal::new(if from_simulation { From::Simulation } else { From::Csv });
    // What a simulation left has no tab.
    let chosen = Signal::derive(move || TABS.iter().position(|(tab, ..)| *tab == from.get()));
    let choose = Callback::new(move |at: usize| {
        let (to, ..) = TABS[at];
        if from.get_untracked() != to {
            from.set(to);
            draft.file.set(None);
            draft.test.set(None);
        }
    });
    view! {
        <section class="panel" aria-labelledby="source">
            <header>
                <h2 id="source">"1. Weights to start with"</h2>
                <Tabs label="Source of the weights" panel="weights" tabs=sources() chosen=chosen on_choose=choose careful=true />
            </header>
            <div class="body stack">
                <TabPanel id="weights" tabs=sources() chosen=chosen>
                    {move || match from.get() {
                        From::Csv => view! { <FromCsv draft=draft /> }.into_any(),
                        From::File => view! { <FromFile draft=draft /> }.into_any(),
                        From::Simulation => view! { <FromSimulation draft=draft /> }.into_any(),
                    }}
                </TabPanel>
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
