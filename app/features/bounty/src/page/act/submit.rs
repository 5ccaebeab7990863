use leptos::prelude::*;
use protocol::Amount;
use web_sys::File;

use super::PageState;
use crate::{
    actions::submit::{self, Chosen},
    record::{contract::ContractRequester, reliability::RequesterReliability},
};
use app_core::{
    action::{ActionError, Tools},
    components::model_drop::ModelDrop,
    content,
    settings::Settings,
    transactions::first_coins::FirstCoins,
    wallet::Wallet,
    workers::{
        models::MAX_TABLE,
        prepare::{Predicted, Prepare},
    },
};
use app_ui::{
    controls::{busy_button::BusyButton, file_drop::FileDrop},
    format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};

/// A chosen prediction file, checked as soon as it is chosen.
#[derive(Clone)]
pub enum Check {
    /// With what a person should know of how the file was read.
    Good(Chosen, Vec<String>),
    Bad(String),
}

/// A prediction file, and the verdict on it once it is there.
#[derive(Clone, Copy)]
pub struct Predictions {
    pub file: RwSignal<Option<File>, LocalStorage>,
    pub checked: RwSignal<Option<Check>, LocalStorage>,
}

impl Predictions {
    pub fn nothing() -> Self {
        Self { file: RwSignal::new_local(None), checked: RwSignal::new_local(None) }
    }

    pub fn good(self) -> bool {
        self.checked.with(|c| matches!(c, Some(Check::Good(..))))
    }
}

/// What is to be submitted.
#[derive(Clone, Copy)]
pub struct Selection {
    pub predictions: Predictions,
    pub model: RwSignal<Option<File>, LocalStorage>,
    /// How often something was committed to: the vault has it then.
    pub committed: RwSignal<u32>,
}

impl Selection {
    pub fn nothing() -> Self {
        Self { predictions: Predictions::nothing(), model: RwSignal::new_local(None), committed: RwSignal::new(0) }
    }

    /// Whether both files are there and the predictions are valid.
    fn is_ready(self) -> bool {
        self.predictions.good() && self.model.with(Option::is_some)
    }

    /// Both files, if they are ready.
    fn chosen(self) -> Option<(Chosen, File)> {
        match self.predictions.checked.get_untracked() {
            Some(Check::Good(predictions, _)) => Some((predictions, self.model.get_untracked()?)),
            _ => None,
        }
    }
}

/// Reads a prediction file against this bounty's classes and length.
async fn check(settings: Settings, context: PageState, file: &File) -> Check {
    let metadata = match context.described() {
        Ok(metadata) => metadata,
        Err(why) => return Check::Bad(format!("{why} The labels are checked as soon as it is there.")),
    };
    let rows = context.bounty().map_or(0, |bounty| bounty.terms.test_rows);
    let worker = Prepare::default();
    let read = match worker.predictions(file, &metadata, rows, None).await {
        // What stands beside the labels may name rows: the test file says which.
        Ok(read) if read.beside => match test_file(settings, context).await {
            Ok(test) => worker.predictions(file, &metadata, rows, Some(&test)).await.map(|read| (read, None)),
            Err(why) => Ok((read, Some(why))),
        },
        read => read.map(|read| (read, None)),
    };
    match read {
        Ok((Predicted { indices, cid, notes, .. }, why)) => {
            let notes = notes.iter().map(ToString::to_string).chain(why).collect();
            Check::Good(Chosen { indices, cid }, notes)
        }
        Err(e) => Check::Bad(e.to_string()),
    }
}

/// The bounty's test file, or a sentence.
async fn test_file(settings: Settings, context: PageState) -> Result<Vec<u8>, String> {
    let unread = |why: String| {
        format!("The test file could not be read, so nobody checked whether the rows are in its order: {why}")
    };
    let cid = context.bounty().map(|bounty| bounty.test_cid).unwrap_or_default();
    content::fetch(settings, &cid, MAX_TABLE).await.map_err(|e| unread(e.to_string()))
}

/// Choosing predictions, with the verdict of the check.
#[component]
pub fn PredictionsDrop(context: PageState, predictions: Predictions) -> impl IntoView {
    let Predictions { file, checked } = predictions;
    let settings = expect_context::<Settings>();
    Effect::new(move || {
        let Some(chosen) = file.get() else { return };
        // Without the names of the classes nothing can be checked; they may come later.
        context.metadata.track();
        // A verdict is of the file that is shown, never of the one before.
        checked.set(None);
        leptos::task::spawn_local(async move {
            let verdict = check(settings, context, &chosen).await;
            if file.try_with_untracked(|f| f.as_ref() == Some(&chosen)) == Some(true) {
                checked.try_set(Some(verdict));
            }
        });
    });
    view! {
        <div class="stack tight">
            <FileDrop id="predictions-file" label="Predictions" hint="CSV or text: one label per row of test.csv, in its order" accept=".csv,.txt,text/csv,text/plain" file=file />
            {move || match checked.get() {
                None if file.with(Option::is_some) => {
                    Some(view! { <p class="small soft" role="status">"Checking the labels…"</p> }.into_any())
                }
                None => None,
                Some(Check::Good(p, notes)) => {
                    let labels = format!("{} valid labels.", format::count(p.indices.len() as u64));
                    let notes = notes.into_iter().map(|note| view! { <p>{note}</p> }).collect_view();
                    Some(view! { <Notice tone="good"><p>{labels}</p>{notes}</Notice> }.into_any())
                }
                Some(Check::Bad(text)) => Some(view! { <Notice tone="bad">{text}</Notice> }.into_any()),
            }}
        </div>
    }
}

/// The headings of the panels that take the [`Selection`].
pub const PANELS: [&str; 2] = ["submit", "replace"];

/// Where predictions and model are chosen.
#[component]
fn Files(context: PageState) -> impl IntoView {
    let Selection { predictions, model, .. } = context.selection;
    view! {
        <div class="split">
            <PredictionsDrop context=context predictions=predictions />
            <ModelDrop id="model-file" beside_id="model-file-beside" label="Model" hint="Any file; it becomes public when you reveal it" file=model />
        </div>
    }
}

/// What is still to be done before a submission can be sent.
#[component]
fn Lacks(context: PageState) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let said = move || {
        let has_wallet = wallet.account.get().is_some();
        lacks(has_wallet, has_wallet && wallet.wrong_chain(), context.selection.is_ready())
    };
    view! { <span class="small soft">{said}</span> }
}

/// The first of what is still to be done.
fn lacks(has_wallet: bool, is_elsewhere: bool, has_files: bool) -> Option<&'static str> {
    match (has_wallet, is_elsewhere, has_files) {
        (false, ..) => Some("Connect a wallet to submit."),
        (_, true, _) => Some("The wallet is on another network; switch it from the header."),
        (.., false) => Some("Choose predictions and a model first."),
        _ => None,
    }
}

/// Putting other files in the place of those that were submitted.
#[component]
pub fn ReplacePanel(context: PageState) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let Some(bounty) = context.bounty() else { return ().into_any() };
    let stake = bounty.terms.stake;
    let ready = move || context.selection.is_ready();
    let send = Callback::new(move |()| {
        let Some((predictions, model)) = context.selection.chosen() else { return };
        let (bounty, name) = (bounty.clone(), context.title());
        run.start(async move {
            submit::replace(tools, &bounty, &name, &predictions, &model, run.says()).await?;
            context.selection.committed.try_update(|count| *count += 1);
            Ok::<(), ActionError>(())
        });
    });
    view! {
        <section class="panel" aria-labelledby="replace">
            <header>
                <h2 id="replace">"Replace your submission"</h2>
                <span class="small soft">{format!("Your stake of {stake} MDC stays locked")}</span>
            </header>
            <div class="body stack">
                <p class="soft">
                    "Until the deadline you can commit to other predictions and another model. The new submission takes the newest place: of equal scores, whoever submitted before it wins."
                </p>
                <Files context=context />
                <RunState run=run />
                <div class="row">
                    <BusyButton
                        label="Replace my submission"
                        id="replace-submission"
                        busy=run.busy
                        disabled=Signal::derive(move || !ready())
                        on_press=send
                    />
                    <Lacks context=context />
                </div>
            </div>
        </section>
    }
    .into_any()
}

/// Submitting to an open bounty.
#[component]
pub fn SubmitPanel(context: PageState) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let Some(bounty) = context.bounty() else { return ().into_any() };
    let (stake, requester) = (bounty.terms.stake, bounty.requester);
    let ready = move || context.selection.is_ready();
    let send = Callback::new(move |()| {
        let Some((predictions, model)) = context.selection.chosen() else { return };
        let (bounty, name) = (bounty.clone(), context.title());
        run.start(async move {
            submit::submit(tools, &bounty, &name, &predictions, &model, run.says()).await?;
            context.selection.committed.try_update(|count| *count += 1);
            Ok::<(), ActionError>(())
        });
    });
    view! {
        <section class="panel" aria-labelledby="submit">
            <header>
                <h2 id="submit">"Submit predictions"</h2>
                <span class="small soft">{format!("Locks {stake} MDC until the bounty ends")}</span>
            </header>
            <div class="body stack">
                <p class="soft">
                    "Train here in the page, or download the data below, train with your own tools, predict every row of test.csv, and choose both files here. You commit to them: only their hashes go on chain now, and the files stay in this browser until you reveal them. You can replace or withdraw them until the deadline."
                </p>
                {(stake > Amount::ZERO).then(|| view! { <FirstCoins /> })}
                <Files context=context />
                <RequesterReliability requester=requester />
                <ContractRequester requester=requester />
                <RunState run=run />
                <div class="row">
                    <BusyButton
                        label=format!("Submit and lock {stake} MDC")
                        id="commit"
                        class="primary"
                        busy=run.busy
                        disabled=Signal::derive(move || !ready() || tools.wallet.account.get().is_none())
                        on_press=send
                    />
                    <Lacks context=context />
                </div>
            </div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn whoever_cannot_submit_yet_hears_what_comes_first() {
        let said = |has_wallet, is_elsewhere, has_files| lacks(has_wallet, is_elsewhere, has_files).unwrap_or_default();
        assert!(said(false, false, true).contains("Connect a wallet"));
        // Chosen files do not help while the wallet is elsewhere.
        assert!(said(true, true, true).contains("another network"));
        assert!(said(true, false, false).contains("Choose predictions"));
        assert_eq!(lacks(true, false, true), None);
    }
}
