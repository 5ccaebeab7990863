//! `/new`: the wizard from a CSV to a posted bounty. Nothing leaves the browser before the last step.

mod check;
mod data;
mod review;
mod terms;

use bounty::PostNumber;
use dataset::{DEFAULT_SHARE, Mending, SurveyReport, task::SurveyOptions};
use leptos::prelude::*;
use protocol::{Address, commitment::Secret};
use web_sys::File;

use app_core::{
    answers::{Answers, Question},
    forms::{
        draft::FilledIn,
        leaving,
        steps::{Step, StepList, Steps},
    },
    routes,
    transactions::first_coins::FirstCoins,
    wallet::Wallet,
    workers::prepare::{Prepare, Prepared, Source},
};
use app_ui::messages::notice::Notice;

/// How rows are dealt to training and testing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    /// Of a hundred rows, those for testing.
    pub percent: u8,
    /// The same share of every class.
    pub stratified: bool,
}

/// A secret, with the account whose wallet has signed for it: no other one's signature gives it again.
#[derive(Clone)]
pub struct Signed {
    pub account: Address,
    pub secret: Secret,
}

/// Everything the steps of the wizard share; a context that lives as long as the page, so that who looks at something else
/// and comes back finds it as it was.
#[derive(Clone, Copy)]
pub struct Wizard {
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
    pub secret: RwSignal<Option<Signed>, LocalStorage>,
    /// A split was dropped since the wallet acts for another account than the one that signed for it.
    is_anothers: RwSignal<bool>,
    pub prepared: RwSignal<Option<Prepared>, LocalStorage>,
    /// As they were when it was prepared, whatever the fields say since.
    pub split: RwSignal<Option<Shares>>,
    /// Grows with each change of what everything else follows from; answers about what was chosen before are dropped.
    answers: Answers,
    /// A bounty is being posted, by this visit of the page or one before.
    pub posting: RwSignal<bool>,
    /// What is chosen was posted; whoever opens the page again posts another one.
    pub is_posted: StoredValue<bool>,
    pub form: terms::Form,
}

impl Wizard {
    pub fn new(on_development_chain: bool) -> Self {
        Self {
            features: RwSignal::new_local(None),
            labels: RwSignal::new_local(None),
            reading: RwSignal::new(SurveyOptions::default()),
            worker: RwSignal::new_local(None),
            survey: RwSignal::new(None),
            share: RwSignal::new(DEFAULT_SHARE.to_string()),
            stratified: RwSignal::new(true),
            post_number: RwSignal::new(None),
            secret: RwSignal::new_local(None),
            is_anothers: RwSignal::new(false),
            prepared: RwSignal::new_local(None),
            split: RwSignal::new(None),
            answers: Answers::new(),
            posting: RwSignal::new(false),
            is_posted: StoredValue::new(false),
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

    /// Numbers a question about the chosen files, which makes answers to those before it late.
    pub fn asks(self) -> Question {
        self.answers.ask()
    }

    /// Whether an answer to the question of this number is still wanted.
    pub fn waits_for(self, asked: Question) -> bool {
        self.answers.is_last(asked)
    }

    /// How the fields say now that rows are dealt.
    pub fn shares(self) -> Option<Shares> {
        let percent = self.share.get_untracked().trim().parse().ok()?;
        Some(Shares { percent, stratified: self.stratified.get_untracked() })
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
        self.asks();
        self.end_worker();
        self.survey.set(None);
        self.drop_split();
        self.is_anothers.set(false);
    }

    fn drop_split(self) {
        self.post_number.set(None);
        self.secret.set(None);
        self.prepared.set(None);
    }

    /// The secret that this account has signed for.
    pub fn secret_of(self, account: Address) -> Option<Secret> {
        let signed = self.secret.get_untracked()?;
        (signed.account == account).then_some(signed.secret)
    }

    /// Takes a secret that this account has just signed for.
    pub fn signed_by(self, account: Address, post: PostNumber, secret: Secret) {
        self.post_number.set(Some(post));
        self.secret.set(Some(Signed { account, secret }));
        self.is_anothers.set(false);
    }

    /// Drops a split as soon as the wallet acts for another account than the one that signed for it: whoever posted it
    /// could never make its labels again. What is being posted holds to its account by itself. Lives as long as what
    /// calls it.
    fn follow_account(self, wallet: Wallet) {
        Effect::new(move || {
            if self.posting.get() {
                return;
            }
            let account = wallet.account.get();
            let signer = self.secret.with(|signed| signed.as_ref().map(|signed| signed.account));
            if account.zip(signer).is_some_and(|(account, signer)| account != signer) {
                self.drop_split();
                self.is_anothers.set(true);
            }
        });
    }

    /// Once it is posted: for another one.
    pub fn begin_anew(self) {
        self.is_posted.set_value(false);
        self.features.set(None);
        self.labels.set(None);
        self.reading.set(SurveyOptions::default());
        self.files_changed();
        self.share.set(DEFAULT_SHARE.to_string());
        self.stratified.set(true);
        self.form.draft.begin_anew();
    }

    /// The last step for which everything is there.
    fn reachable(self) -> usize {
        if self.features.with(Option::is_none) {
            return DATA;
        }
        if self.prepared.with(Option::is_none) {
            return CHECK;
        }
        let rows = self.prepared.with(|prepared| prepared.as_ref().map_or(0, |p| p.truth.len() as u32));
        if self.form.numbers(rows).is_none() { TERMS } else { REVIEW }
    }
}

const STEPS: [Step; 4] = [
    Step { address: "data", name: "Data" },
    Step { address: "check", name: "Check and split" },
    Step { address: "terms", name: "Terms" },
    Step { address: "review", name: "Review and post" },
];
const DATA: usize = 0;
const CHECK: usize = 1;
const TERMS: usize = 2;
const REVIEW: usize = 3;

#[component]
pub fn NewBountyPage() -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let wizard = expect_context::<Wizard>();
    if wizard.is_posted.get_value() {
        wizard.begin_anew();
    }
    wizard.follow_account(wallet);
    let steps = Steps::new(routes::NEW_BOUNTY, &STEPS, move || wizard.reachable());
    provide_context(steps);
    leaving::asks_while(move || wizard.features.with_untracked(Option::is_some));
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Post a bounty"</h1>
                    <p class="soft">"From a CSV to a locked reward. Nothing leaves this browser before the last step."</p>
                </div>
            </div>
            <StepList steps=steps />
            <Show when=move || wizard.is_anothers.get()>
                <Notice tone="warn">
                    "You have split for another account, and only its wallet could bring the labels back. That split was dropped: sign and split again with this account."
                </Notice>
            </Show>
            <Show when=move || steps.was_too_far.get() && wizard.features.with(Option::is_none)>
                <Notice>
                    "This step needs your files: choose the data once more. What you typed of the terms is kept."
                </Notice>
            </Show>
            <FilledIn draft=wizard.form.draft />
            <Show when=move || wallet.account.get().is_none()>
                <Notice>
                    "You can choose and check your data without a wallet. To split and post, connect one from the header."
                </Notice>
            </Show>
            <FirstCoins />
            {move || match steps.at.get() {
                DATA => view! { <data::DataStep wizard=wizard /> }.into_any(),
                CHECK => view! { <check::CheckStep wizard=wizard /> }.into_any(),
                TERMS => view! { <terms::TermsStep wizard=wizard /> }.into_any(),
                _ => view! { <review::ReviewStep wizard=wizard /> }.into_any(),
            }}
        </div>
    }
}

/// Back and forth between steps.
#[component]
fn StepButtons(
    next: &'static str,
    #[prop(into)] ready: Signal<bool>,
    /// What is still to be done before the next step.
    #[prop(into)]
    missing: Signal<&'static str>,
    to: usize,
) -> impl IntoView {
    let steps = expect_context::<Steps>();
    view! {
        <div class="row spread">
            <button class="button quiet" type="button" disabled=move || steps.at.get() == DATA on:click=move |_| steps.back()>
                "Back"
            </button>
            <span class="small soft">{move || if ready.get() { "" } else { missing.get() }}</span>
            <button class="button primary" type="button" id="next-step" disabled=move || !ready.get() on:click=move |_| steps.go(to)>
                {next}
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use app_core::wallet::DEVELOPMENT_ACCOUNTS;
    use leptos::{mount::mount_to_body, task::tick};
    use protocol::api::Deployment;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::*;

    wasm_bindgen_test_configure!(run_in_browser);

    thread_local! {
        static PAGE: Cell<Option<(Wizard, Wallet)>> = const { Cell::new(None) };
    }

    #[wasm_bindgen_test]
    async fn another_account_does_not_get_the_split_of_the_one_that_signed() {
        let deployment = serde_json::json!({
            "chain_id": app_core::wallet::DEVELOPMENT_CHAIN, "chain_name": "Development",
            "rpc_urls": ["http://127.0.0.1:1"], "start_block": 0, "contracts": {},
        });
        let deployment: Deployment = serde_json::from_value(deployment).expect("a deployment");
        mount_to_body(move || {
            let (wizard, wallet) = (Wizard::new(true), Wallet::start(deployment));
            wizard.follow_account(wallet);
            PAGE.set(Some((wizard, wallet)));
        });
        let (wizard, wallet) = PAGE.get().expect("it is mounted");
        let [first, second] = [0, 1].map(|at| DEVELOPMENT_ACCOUNTS[at].0.parse::<Address>().expect("an address"));
        let secret = Secret::from_signature(&format!("0x{}1b", "11".repeat(64))).expect("a signature");
        let changes_to = async |account| {
            wallet.account.set(account);
            tick().await;
            tick().await;
        };
        wizard.signed_by(first, PostNumber([7; 8]), secret);
        changes_to(Some(first)).await;
        // Whoever locks the wallet for a moment loses nothing.
        changes_to(None).await;
        changes_to(Some(first)).await;
        assert!(wizard.secret_of(first).is_some() && !wizard.is_anothers.get_untracked());
        assert!(wizard.secret_of(second).is_none());
        // What is being posted goes on as who began it.
        wizard.posting.set(true);
        changes_to(Some(second)).await;
        assert_eq!(wizard.post_number.get_untracked(), Some(PostNumber([7; 8])));
        wizard.posting.set(false);
        changes_to(Some(second)).await;
        assert!(wizard.secret_of(first).is_none() && wizard.is_anothers.get_untracked());
        assert_eq!(wizard.post_number.get_untracked(), None);
    }
}
