//! Step 4: what becomes public, what stays secret, a dry run, and posting.

mod disclosure;
mod dry_run;
mod terms_summary;

use bounty::Terms;
use dataset::metadata::{Metadata, Preparation};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use protocol::commitment::superhash;

use super::{Signed, StepButtons, Wizard, terms::Numbers};
use crate::actions::post::{Draft, post, truth_file};
use app_core::{
    action::{ActionError, Tools},
    forms::steps::Steps,
    routes,
};
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};
use disclosure::Disclosure;
use dry_run::DryRun;
use terms_summary::TermsSummary;

/// The draft of what the steps before have gathered.
fn draft(tools: Tools, wizard: Wizard) -> Option<(Draft, Numbers)> {
    let prepared = wizard.prepared.get_untracked()?;
    let Signed { account, secret } = wizard.secret.get_untracked()?;
    let split = wizard.split.get_untracked()?;
    let truth = truth_file(&secret, &prepared).ok()?;
    let form = wizard.form;
    let numbers = form.numbers(prepared.truth.len() as u32)?;
    let report = prepared.report.clone();
    let metadata = Metadata {
        version: 1,
        title: form.title.get_untracked().trim().to_owned(),
        description: form.description.get_untracked().trim().to_owned(),
        features: report.features,
        label: report.label,
        classes: report.classes,
        train: report.train,
        test: report.test,
        preparation: Preparation {
            reading: wizard.reading.get_untracked(),
            share_percent: split.percent,
            stratified: split.stratified,
        },
    };
    let terms = Terms {
        reward: numbers.reward,
        stake: numbers.stake,
        deadline: tools.clock.now.get_untracked() + numbers.open_for,
        window: numbers.window,
        test_rows: prepared.truth.len() as u32,
        classes: metadata.classes.len() as u16,
        min_correct: numbers.min_correct,
        truth_superhash: superhash(&truth),
        post_number: wizard.post_number.get_untracked()?,
    };
    Some((Draft { account, prepared, metadata, terms, truth }, numbers))
}

#[component]
pub fn ReviewStep(wizard: Wizard) -> impl IntoView {
    let tools = Tools::from_context();
    let navigate = use_navigate();
    let steps = expect_context::<Steps>();
    let run = Run::new();
    let Some((made, numbers)) = draft(tools, wizard) else {
        return view! {
            <Notice tone="bad">"Something before this step is missing. Go back and check every field."</Notice>
            <StepButtons next="Review" ready=false missing="" to=super::REVIEW />
        }
        .into_any();
    };
    let (metadata, rows) = (made.metadata.clone(), made.terms.test_rows);
    let post_it = Callback::new(move |()| {
        // Made again now, so that the deadline counts from now.
        let Some((made, _)) = draft(tools, wizard) else { return };
        let navigate = navigate.clone();
        wizard.posting.set(true);
        run.start(async move {
            let posted = post(tools, &made, run.says()).await;
            wizard.posting.set(false);
            let id = posted?;
            // Whoever has gone elsewhere may be at another one by now.
            let is_still = wizard.post_number.get_untracked() == Some(made.terms.post_number);
            if is_still {
                // Also where this page is closed now: what was posted is not to be filled in again.
                wizard.form.draft.sent();
            }
            if run.is_watched() {
                // Emptied now, it would lead back to its first step.
                wizard.is_posted.set_value(is_still);
                navigate(&routes::bounty(id), NavigateOptions::default());
            } else if is_still {
                wizard.begin_anew();
            }
            Ok::<(), ActionError>(())
        });
    });
    view! {
        <div class="stack">
            <Disclosure metadata=metadata test_labels=rows />
            <TermsSummary numbers=numbers test_rows=rows />
            <DryRun numbers=numbers />
            <Notice tone="warn">
                {format!(
                    "After {} you have {} to reveal the labels. If you do not although somebody has submitted, you lose your {} MDC: half is burned, half goes to the trainers.",
                    format::duration(numbers.open_for),
                    format::duration(numbers.window.into()),
                    numbers.reward,
                )}
            </Notice>
            <RunState run=run />
            <Show when=move || wizard.posting.get() && !run.busy.get()>
                <Notice>"This bounty is being posted; the list of transactions in the wallet's menu says how far it is."</Notice>
            </Show>
            <div class="row spread">
                <button class="button quiet" type="button" disabled=move || run.busy.get() on:click=move |_| steps.back()>
                    "Back"
                </button>
                <BusyButton
                    label=format!("Post and lock {} MDC", numbers.reward)
                    id="post-bounty"
                    class="primary"
                    busy=run.busy
                    disabled=Signal::derive(move || tools.wallet.account.get().is_none() || wizard.posting.get())
                    on_press=post_it
                />
            </div>
        </div>
    }
    .into_any()
}
