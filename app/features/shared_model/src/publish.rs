//! `/models/new`: from a CSV or a file to a model that everybody can teach.

mod deploy;
pub mod incentive;
mod source;
mod terms;

use app_core::{
    forms::{
        draft::{Draft as Kept, FilledIn},
        leaving,
    },
    wallet::Wallet,
};
use leptos::prelude::*;
use shared_model::{ModelFile, Terms};

use deploy::Deploy;
use source::Source;
use terms::{TermsForm, Typed};

use crate::handover::{Handover, Handovers};

/// What the parts of this page share.
#[derive(Clone, Copy)]
pub struct Draft {
    pub name: RwSignal<String>,
    pub description: RwSignal<String>,
    /// Weights, classes and encoder; the name above replaces the file's.
    pub file: RwSignal<Option<ModelFile>>,
    /// The rows that were kept out of training, as they are published: bytes and number of rows.
    pub test: RwSignal<Option<(Vec<u8>, u32)>>,
    pub typed: Typed,
    /// `None` while something in the form is wrong.
    pub terms: RwSignal<Option<Terms>>,
}

#[component]
pub fn NewModelPage() -> impl IntoView {
    let draft = Draft {
        name: RwSignal::new(String::new()),
        description: RwSignal::new(String::new()),
        file: RwSignal::new(None),
        test: RwSignal::new(None),
        typed: Typed::new(expect_context::<Wallet>().on_development_chain()),
        terms: RwSignal::new(None),
    };
    let [incentive, deposit, refund, owner, any] = draft.typed.fields();
    let (name, description) = (("name", draft.name), ("description", draft.description));
    let kept = Kept::of("shared model", [name, description, incentive, deposit, refund, owner, any]);
    draft.typed.follow_incentive();
    leaving::asks_while(move || draft.file.with_untracked(Option::is_some));
    let simulated = expect_context::<Handovers>().take();
    let from_simulation = simulated.is_some();
    if let Some(Handover { file, test }) = simulated {
        draft.name.set(file.name.clone());
        draft.description.set(file.description.clone());
        draft.test.set(Some(test));
        draft.file.set(Some(file));
    }
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Publish a model"</h1>
                    <p class="soft">
                        "Its weights go on chain. From then on anybody can predict with it for free and teach it under your terms; nobody, not even you, can overwrite it."
                    </p>
                </div>
            </div>
            <FilledIn draft=kept />
            <Source draft=draft from_simulation=from_simulation />
            <TermsForm draft=draft />
            <Deploy draft=draft kept=kept />
        </div>
    }
}
