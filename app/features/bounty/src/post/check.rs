//! Step 2: every check of the data, then the secret split.

mod checked;
mod progress;
mod split;

use dataset::task::Progress;
use leptos::{prelude::*, task::spawn_local};

use super::{StepButtons, Wizard};
use app_core::{forms::steps::Steps, workers::prepare::Prepare};
use app_ui::messages::notice::Problem;
use checked::Checked;
use progress::Bar;
use split::SplitPanel;

#[component]
pub fn CheckStep(wizard: Wizard) -> impl IntoView {
    let progress = RwSignal::new(None::<Progress>);
    let error = RwSignal::new(None::<String>);
    let look = move || {
        wizard.end_worker();
        let asked = wizard.asks();
        let worker = Prepare::default();
        wizard.worker.set(Some(worker.clone()));
        spawn_local(async move {
            let Some(source) = wizard.source() else { return };
            let told = move |p| {
                progress.try_set(Some(p));
            };
            let result = worker.survey(&source, wizard.reading.get_untracked(), told).await;
            progress.try_set(None);
            if !wizard.waits_for(asked) {
                return;
            }
            match result {
                Ok(report) => {
                    wizard.survey.try_set(Some(report));
                }
                Err(e) => {
                    error.try_set(Some(e.to_string()));
                }
            }
        });
    };
    if wizard.survey.with_untracked(Option::is_none) {
        look();
    }
    // Other classes are another data set: everything behind the survey begins anew.
    let mend = Callback::new(move |mending| {
        wizard.mend(mending);
        wizard.files_changed();
        error.set(None);
        look();
    });
    let steps = expect_context::<Steps>();
    let stop = move |_| {
        wizard.end_worker();
        steps.go(super::DATA);
    };
    view! {
        <div class="stack">
            <Problem error=error />
            {move || progress.get().map(|p| view! { <Bar progress=p /> <div><button class="button" type="button" on:click=stop>"Stop"</button></div> })}
            {move || wizard.survey.get().map(|report| {
                view! {
                    <Checked report=report.clone() mending=wizard.reading.with_untracked(|r| r.table.mending) on_mend=mend />
                    <SplitPanel wizard=wizard report=report />
                }
            })}
            <StepButtons
                next="Choose terms"
                ready=Signal::derive(move || wizard.prepared.with(Option::is_some))
                missing="Sign and split first, with a connected wallet."
                to=super::TERMS
            />
        </div>
    }
}
