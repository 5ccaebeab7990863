//! `/new`: the wizard from a CSV to a posted bounty. Nothing leaves the browser before the last step.

mod check;
mod data;
mod review;
mod terms;

use bounty::PostNumber;
use dataset::{DEFAULT_SHARE, Mending, SurveyReport, task::SurveyOptions};
use leptos::prelude::*;
use protocol::commitment::Secret;
use web_sys::File;

use crate::actions::post::Draft;
use app_core::{
    wallet::Wallet,
    workers::prepare::{Prepare, Prepared, Source},
};
use app_ui::messages::notice::Notice;

/// Everything the steps of the wizard share.
#[derive(Clone, Copy)]
pub struct Wizard {
    /// 0 to 3.
    pub step: RwSignal<usize>,
    pub features: RwSignal<Option<File>, LocalStorage>,
    pub labels: RwSignal<Option<File>, LocalStorage>,
    pub reading: RwSignal<SurveyOptions>,
    /// Has surveyed the files.
    pub worker: RwSignal<Option<Prepare>, LocalStorage>,
    pub survey: RwSignal<Option<SurveyReport>>,
    pub share: RwSignal<String>,
    pub stratified: RwSignal<bool>,
    /// Tells this post apart from others of the same files; made with the secret, which is derived with it.
    pub post_number: RwSignal<Option<PostNumber>>,
    /// From the wallet's signature over the source.
    pub secret: RwSignal<Option<Secret>, LocalStorage>,
    pub prepared: RwSignal<Option<Prepared>, LocalStorage>,
    pub draft: RwSignal<Option<Draft>, LocalStorage>,
    pub form: terms::Form,
}

impl Wizard {
    fn new(on_development_chain: bool) -> Self {
        Self {
            step: RwSignal::new(0),
            features: RwSignal::new_local(None),
            labels: RwSignal::new_local(None),
            reading: RwSignal::new(SurveyOptions::default()),
            worker: RwSignal::new_local(None),
            survey: RwSignal::new(None),
            share: RwSignal::new(DEFAULT_SHARE.to_string()),
            stratified: RwSignal::new(true),
            post_number: RwSignal::new(None),
            secret: RwSignal::new_local(None),
            prepared: RwSignal::new_local(None),
            draft: RwSignal::new_local(None),
            form: terms::Form::new(on_development_chain),
        }
    }

    pub fn source(self) -> Option<Source> {
        Some(Source { features: self.features.get_untracked()?, labels: self.labels.get_untracked() })
    }

    /// Puts something else right in the files. Where columns come or go, the label is found anew.
    pub fn mend(self, mending: Mending) {
        self.reading.update(|reading| {
            if reading.table.mending.index != mending.index {
                reading.label = None;
            }
            (reading.table.mending, reading.labels.mending) = (mending, mending);
        });
    }

    /// Asks the worker to end what it is at; it can be asked again.
    pub fn stop_worker(self) {
        if let Some(worker) = self.worker.get_untracked() {
            worker.stop();
        }
    }

    /// Gives the worker up, also one that reads the files still. What it has prepared may be on its way to the server;
    /// then it ends when that is over.
    pub fn end_worker(self) {
        if let Some(worker) = self.worker.get_untracked()
            && self.prepared.with_untracked(Option::is_none)
        {
            worker.end();
        }
        self.worker.set(None);
    }

    /// Forgets everything that followed from the chosen files.
    pub fn files_changed(self) {
        self.end_worker();
        self.survey.set(None);
        self.post_number.set(None);
        self.secret.set(None);
        self.prepared.set(None);
        self.draft.set(None);
    }
}

const STEPS: [&str; 4] = ["Data", "Check and split", "Terms", "Review and post"];

#[component]
pub fn NewBountyPage() -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let wizard = Wizard::new(wallet.on_development_chain());
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Post a bounty"</h1>
                    <p class="soft">"From a CSV to a locked reward. Nothing leaves this browser before the last step."</p>
                </div>
            </div>
            <ol class="steps" aria-label="Steps">
                {STEPS
                    .into_iter()
                    .enumerate()
                    .map(|(i, name)| {
                        view! {
                            <li
                                class:now=move || wizard.step.get() == i
                                class:done=move || { wizard.step.get() > i }
                                aria-current=move || (wizard.step.get() == i).then_some("step")
                            >
                                <span>{name}</span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
            <Show when=move || wallet.account.get().is_none()>
                <Notice>
                    "You can choose and check your data without a wallet. To split and post, connect one from the header."
                </Notice>
            </Show>
            {move || match wizard.step.get() {
                0 => view! { <data::DataStep wizard=wizard /> }.into_any(),
                1 => view! { <check::CheckStep wizard=wizard /> }.into_any(),
                2 => view! { <terms::TermsStep wizard=wizard /> }.into_any(),
                _ => view! { <review::ReviewStep wizard=wizard /> }.into_any(),
            }}
        </div>
    }
}

/// Back and forth between steps.
#[component]
fn StepButtons(
    wizard: Wizard,
    next: &'static str,
    #[prop(into)] ready: Signal<bool>,
    on_next: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="row spread">
            <button
                class="button quiet"
                type="button"
                disabled=move || wizard.step.get() == 0
                on:click=move |_| wizard.step.update(|s| *s = s.saturating_sub(1))
            >
                "Back"
            </button>
            <button class="button primary" type="button" id="next-step" disabled=move || !ready.get() on:click=move |_| on_next.run(())>
                {next}
            </button>
        </div>
    }
}
