//! `/jobs/new`: what a job is, what it may use, what it may cost. Who fits and what it will cost is shown before anything is
//! signed; posting locks no money.

mod after;
mod estimate;
mod fields;
mod files;
mod form;
mod matched;
mod own;

use app_core::{
    action::{ActionError, Tools},
    forms::draft::FilledIn,
    routes,
};
use app_ui::{
    controls::busy_button::BusyButton,
    messages::run::{Run, RunState},
};
use jobs::market::Problems;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::actions;
use after::GoesOn;
use estimate::EstimatePanel;
use fields::{LimitsPanel, MoneyPanel};
use files::FilesPanel;
use form::Form;
use matched::MatchedPanel;

#[component]
pub fn NewJobPage() -> impl IntoView {
    let form = Form::new();
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <p class="small">
                        <a id="back-to-jobs" href=routes::JOBS>"Jobs"</a>
                    </p>
                    <h1>"Post a job"</h1>
                    <p class="soft">
                        "Posting locks no money. You lock it later, for one provider at its signed price, and what is not used comes back."
                    </p>
                </div>
            </div>
            <FilledIn draft=form.draft />
            <GoesOn form=form />
            <div class="columns">
                <div class="stack">
                    <FilesPanel form=form />
                    <LimitsPanel form=form />
                    <MoneyPanel form=form />
                    <PostIt form=form />
                </div>
                <div class="stack">
                    <EstimatePanel form=form />
                    <MatchedPanel form=form />
                </div>
            </div>
        </div>
    }
}

#[component]
fn PostIt(form: Form) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let navigate = use_navigate();
    // Time alone changes nothing about what is wrong with a field.
    run.forgets_failure_with(Memo::new(move |_| form.found.with(|found| found.as_ref().err().cloned())));
    let press = Callback::new(move |()| {
        form.is_pressed.set(true);
        let navigate = navigate.clone();
        // Now: the page may be left while the files are stored, and its form with it.
        let now = tools.clock.now.get_untracked();
        let (limits, mut filled) = (form.limits(now), form.filled());
        let refused = |problems: Problems| actions::refused(problems.len());
        run.start(async move {
            limits.map_err(refused)?;
            filled.put_files(tools, run.says()).await?;
            let posting = filled.read(now).map_err(refused)?;
            filled.names_files();
            let job = actions::post(tools, &posting, run.says()).await?;
            form.draft.sent();
            if let Some(job) = job.filter(|_| run.is_watched()) {
                navigate(&routes::job(job), NavigateOptions::default());
            }
            Ok::<(), ActionError>(())
        });
    });
    view! {
        <div class="stack tight">
            <div class="row">
                <BusyButton label="Post the job" id="post-job" class="primary" busy=run.busy on_press=press />
                <span class="small soft">"One transaction, which costs the network’s fee and nothing else."</span>
            </div>
            <RunState run=run />
        </div>
    }
}
