//! Where this browser does not hold what was committed: bringing it back from wallet and files.

use bounty::Submission;
use leptos::{prelude::*, task::spawn_local};
use web_sys::File;

use super::{
    PageState,
    submit::{Check, Predictions, PredictionsDrop},
};
use crate::actions::{publish::Revealed, recover};
use app_core::{
    action::{ActionError, Tools},
    routes,
    workers::prepare::Source,
};
use app_ui::{
    controls::{busy_button::BusyButton, file_drop::FileDrop},
    messages::{
        empty::Ghost,
        notice::Notice,
        run::{Run, RunState},
    },
};

/// What is needed, once it was looked for: `None` until then, `Some(None)` where it is missing.
pub type FromVault<T> = RwSignal<Option<Option<T>>, LocalStorage>;

/// Looks in the vault for the ground truth.
pub fn look_for_truth(context: PageState) -> FromVault<Vec<u8>> {
    let kept = RwSignal::new_local(None);
    if let Some(bounty) = context.bounty() {
        spawn_local(async move {
            kept.try_set(Some(recover::kept_truth(&bounty).await));
        });
    }
    kept
}

/// Looks in the vault for a trainer's prediction file.
pub fn look_for_prediction(submission: Submission) -> FromVault<Vec<u8>> {
    let kept = RwSignal::new_local(None);
    spawn_local(async move {
        kept.try_set(Some(recover::kept_prediction_file(&submission).await));
    });
    kept
}

/// Looks in the vault for predictions and model.
pub fn look_for_both(submission: Submission) -> FromVault<Revealed> {
    let kept = RwSignal::new_local(None);
    spawn_local(async move {
        kept.try_set(Some(recover::kept_prediction(&submission).await));
    });
    kept
}

/// The ground truth from the posted CSV and the wallet.
#[component]
pub fn RecoverTruth(context: PageState, kept: FromVault<Vec<u8>>) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let features = RwSignal::new_local(None::<File>);
    let labels = RwSignal::new_local(None::<File>);
    let go = Callback::new(move |()| {
        let (Some(bounty), Some(features)) = (context.bounty(), features.get_untracked()) else { return };
        let metadata = match context.described() {
            Ok(metadata) => metadata,
            Err(why) => return run.error.set(Some(why)),
        };
        let source = Source { features, labels: labels.get_untracked() };
        run.start(async move {
            let file = recover::truth(tools, &bounty, &metadata, &source, run.says()).await?;
            kept.try_set(Some(Some(file)));
            Ok::<(), ActionError>(())
        });
    });
    view! {
        <div class="stack">
            <Missing sentence="The ground truth is not in this browser's vault. Your wallet and the CSV you posted bring it back." />
            <div class="split">
                <FileDrop id="posted-file" label="The CSV you posted" hint="or its features file" accept=".csv,.tsv,text/csv" file=features />
                <FileDrop id="posted-labels-file" label="Labels file" hint="only if labels were in a file of their own" accept=".csv,.tsv,text/csv" file=labels />
            </div>
            <RunState run=run />
            <div class="row">
                <BusyButton
                    label="Bring it back with my wallet"
                    id="recover-truth"
                    class="primary"
                    busy=run.busy
                    disabled=Signal::derive(move || features.with(Option::is_none))
                    on_press=go
                />
            </div>
        </div>
    }
}

/// Predictions and model, for a claim or a reveal. The commitment is to both, so that neither can be checked alone.
/// `not_kept` is told what a person should know where the vault does not take them.
#[component]
pub fn RecoverBoth(
    context: PageState,
    submission: Submission,
    kept: FromVault<Revealed>,
    not_kept: RwSignal<Option<String>>,
) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let prediction = look_for_prediction(submission.clone());
    let chosen = Predictions::nothing();
    let model = RwSignal::new_local(None::<File>);
    let submission = StoredValue::new(submission);
    let source = move || match (prediction.get_untracked(), chosen.checked.get_untracked()) {
        (Some(Some(file)), _) => Some(recover::Predictions::Kept(file)),
        (_, Some(Check::Good(predictions, _))) => Some(recover::Predictions::Chosen(predictions)),
        _ => None,
    };
    let go = Callback::new(move |()| {
        let (Some(bounty), Some(source), Some(model)) = (context.bounty(), source(), model.get_untracked()) else {
            return;
        };
        run.start(async move {
            let submission = submission.get_value();
            let found = recover::both(tools, &bounty, &submission, &context.title(), source, &model).await?;
            not_kept.try_set(found.not_kept);
            kept.try_set(Some(Some(found.revealed)));
            Ok::<(), ActionError>(())
        });
    });
    let ready = move || {
        let has_predictions = prediction.with(|found| matches!(found, Some(Some(_)))) || chosen.good();
        has_predictions && model.with(Option::is_some)
    };
    view! {
        <div class="stack">
            {move || match prediction.with(|p| p.as_ref().map(Option::is_some)) {
                None => view! { <Ghost lines=2 /> }.into_any(),
                Some(true) => view! { <Notice tone="good">"Your predictions are here. The model is too large for the vault; choose it again."</Notice> }.into_any(),
                Some(false) => {
                    view! {
                        <Missing sentence="Your predictions and your model are not in this browser's vault. Your wallet and the two files you submitted bring them back." />
                        <PredictionsDrop context=context predictions=chosen />
                    }
                        .into_any()
                }
            }}
            // As it is: a file that is joined with others is another one.
            <FileDrop id="submitted-model-file" label="The model you submitted" hint="Checked against your commitment" file=model />
            <RunState run=run />
            <div class="row">
                <BusyButton
                    label="Bring them back with my wallet"
                    id="recover-submission"
                    class="primary"
                    busy=run.busy
                    disabled=Signal::derive(move || !ready())
                    on_press=go
                />
            </div>
        </div>
    }
}

/// That files which were brought back are not kept, where they are not.
#[component]
pub fn NotKept(why: RwSignal<Option<String>>) -> impl IntoView {
    move || why.get().map(|text| view! { <Notice tone="warn">{text}</Notice> })
}

#[component]
fn Missing(sentence: &'static str) -> impl IntoView {
    view! {
        <Notice tone="warn">
            {sentence} " Or " <a href=routes::SETTINGS>"import an exported vault"</a> "."
        </Notice>
    }
}
