//! For its client, of a job that runs: the live log, how far it is, what is promised, stopping it, going on elsewhere.

use app_core::{action::Tools, routes};
use app_ui::{
    controls::{busy_button::BusyButton, copy::Copyable},
    format,
    messages::{
        notice::Problem,
        run::{Run, RunState},
    },
};
use compute_recipe::Line;
use jobs::{Job, State};
use leptos::prelude::*;
use protocol::{Address, Amount};

use super::Here;
use crate::client::{READING, Sessions, View};

/// What of a job decides what its client can do about the run.
#[derive(Clone, Copy, PartialEq)]
struct Runs {
    client: Address,
    provider: Address,
    state: State,
    price: Amount,
    /// At most.
    units: u64,
    /// That the provider submitted; 0 before.
    submitted: u64,
}

impl Runs {
    fn of(job: &Job) -> Option<Self> {
        let run = job.run.as_ref()?;
        let (client, provider, state) = (job.client, run.provider, job.state);
        Some(Self { client, provider, state, price: run.price, units: job.terms.units, submitted: run.units })
    }
}

#[component]
pub fn Running(here: Here) -> impl IntoView {
    let tools = Tools::from_context();
    let runs = here.look(Runs::of);
    let mine = Memo::new(move |_| {
        let account = tools.wallet.account.get();
        runs.get().flatten().filter(|runs| Some(runs.client) == account)
    });
    // Only another provider or client builds it anew.
    let whose = Memo::new(move |_| mine.get().map(|runs| (runs.client, runs.provider)));
    move || {
        whose.get().map(|(_, provider)| {
            view! { <RunningPanel here=here mine=mine provider=provider /> }
        })
    }
}

#[component]
fn RunningPanel(here: Here, mine: Memo<Option<Runs>>, provider: Address) -> impl IntoView {
    let sessions = expect_context::<Sessions>();
    let view = sessions.of(here.id, provider).view;
    let error = RwSignal::new(None::<String>);
    let watched = view.clone();
    Effect::new(move || error.set(watched.with(|view| view.error.clone())));
    let active = view.clone();
    Effect::new(move || {
        // Again once the link is open, since what was told before nobody heard.
        active.with(|view| view.is_active && view.step != READING);
        here.known.computing.with(|known| known.iter().for_each(|known| sessions.of(here.id, provider).follow(known)));
    });
    let (shown, far, promised) = (view.clone(), view.clone(), view.clone());
    view! {
        <section class="panel" aria-labelledby="running">
            <header>
                <h2 id="running">"The run"</h2>
            </header>
            <div class="body stack">
                {move || mine.get().map(|runs| far.with(|view| progress(runs, view)))}
                <Connect here=here mine=mine provider=provider />
                <Problem error=error />
                {move || shown.with(log)}
                {move || promised.with(|view| view.asked.is_some()).then(|| view! { <Promise here=here provider=provider /> })}
                <Stop mine=mine view=view here=here />
            </div>
        </section>
    }
}

fn progress(runs: Runs, view: &View) -> impl IntoView + use<> {
    let units = view.units.max(runs.submitted).min(runs.units);
    let cost = Amount(runs.price.0.saturating_mul(units.into()));
    let promised = Amount(runs.price.0.saturating_mul(view.promised.into()));
    let text = format!(
        "{} of at most {} have run, which is {}. You have promised {} so far.",
        format::plural(units, "unit"),
        format::count(runs.units),
        format::cost(cost),
        format::cost(promised)
    );
    view! {
        <div class="progress">
            <progress id="job-progress" max=runs.units.to_string() value=units.to_string() aria-label="Units that have run"></progress>
            <p class="small" id="job-units">{text}</p>
            {audits(view)}
        </div>
    }
}

/// What was run again in this tab.
fn audits(view: &View) -> Option<impl IntoView + use<>> {
    let done = (view.audited > 0)
        .then(|| format!("{} of it run again in this tab came out the same.", format::plural(view.audited, "part")));
    let now = view.is_auditing.then_some("A part of it is run again in this tab, before more is promised…");
    (done.is_some() || now.is_some()).then(|| view! { <p class="small soft" id="job-audits">{done} " " {now}</p> })
}

/// The link: opened by a button where this tab has not opened it before.
#[component]
fn Connect(here: Here, mine: Memo<Option<Runs>>, provider: Address) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let sessions = expect_context::<Sessions>();
    let view = sessions.of(here.id, provider).view;
    let step = view.clone();
    let what_for = move || {
        let is_over = mine.with(|runs| runs.as_ref().is_some_and(|runs| runs.state.is_final()));
        match is_over {
            true => "To see the log and get the result, while the provider keeps them.",
            false => {
                "To see the log, promise pay and get the result. The job runs on without it, as far as it is paid."
            }
        }
    };
    let press = Callback::new(move |()| {
        let Some(computing) = here.known.computing.get_untracked() else { return };
        run.start(async move { sessions.of(here.id, provider).open(tools, &computing).await });
    });
    view! {
        {move || {
            (!view.with(|view| view.is_active))
                .then(|| {
                    view! {
                        <div class="row">
                            <BusyButton label="Connect to the provider" id="connect-job" class="primary" busy=run.busy on_press=press />
                            <span class="small soft">{what_for}</span>
                        </div>
                        <RunState run=run />
                    }
                })
        }}
        {move || {
            let step = step.with(|view| view.step);
            (!step.is_empty()).then(|| view! { <p class="soft small" role="status">{step} "…"</p> })
        }}
    }
}

fn log(view: &View) -> Option<impl IntoView + use<>> {
    let text = |line: &Vec<u8>| {
        Line::read(line).map_or_else(|| String::from_utf8_lossy(line).into_owned(), |line| line.sentence())
    };
    let lines = view.lines.iter().map(text).collect::<Vec<_>>().join("\n");
    let left_out = view.count - view.lines.len() as u64;
    (view.count > 0).then(|| {
        view! {
            <div class="stack tight">
                <h3>"Log"</h3>
                {(left_out > 0).then(|| view! { <p class="small soft">{format!("{} before these are not shown.", format::plural(left_out, "line"))}</p> })}
                <div class="log" tabindex="0" role="log" aria-label="Log of the job">
                    <pre id="job-log">{lines}</pre>
                </div>
            </div>
        }
    })
}

/// Where the wallet's first question was refused, or could not be asked.
#[component]
fn Promise(here: Here, provider: Address) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let sessions = expect_context::<Sessions>();
    let press = Callback::new(move |()| {
        run.start(async move { sessions.of(here.id, provider).promise(tools).await });
    });
    view! {
        <div class="stack tight">
            <div class="row">
                <BusyButton label="Promise pay up to the last checkpoint" id="promise-pay" busy=run.busy on_press=press />
                <span class="small soft">
                    "Your wallet asks for a signature; no transaction. The provider runs only as far as pay is promised, and it can collect what you promised even if the job breaks off."
                </span>
            </div>
            <RunState run=run />
        </div>
    }
}

#[component]
fn Stop(mine: Memo<Option<Runs>>, view: ArcRwSignal<View>, here: Here) -> impl IntoView {
    let runs = Memo::new(move |_| mine.get().is_some_and(|runs| runs.state == State::Running));
    let sessions = expect_context::<Sessions>();
    let stop = move |_| {
        if let Some(runs) = mine.get_untracked() {
            sessions.of(here.id, runs.provider).stop();
        }
    };
    let (active, checkpoint) = (view.clone(), view.clone());
    view! {
        {move || {
            (runs.get() && active.with(|view| view.is_active && !view.is_stopped))
                .then(|| {
                    view! {
                        <div class="row">
                            <button id="stop-job" class="button" type="button" on:click=stop>
                                "Stop the job"
                            </button>
                            <span class="small soft">"After that nothing more is promised: the provider ends the job and is paid what you promised before, and the rest comes back."</span>
                        </div>
                    }
                })
        }}
        // How it ended, and why, is said elsewhere once it has.
        {move || (runs.get() && view.with(|view| view.is_stopped)).then(|| view! { <p class="soft" id="job-stopped">"You stopped it. The provider ends it at its next checkpoint."</p> })}
        {move || {
            checkpoint
                .with(|view| view.checkpoint)
                .map(|last| {
                    let after = format!("{}?after={}&checkpoint={}", routes::NEW_JOB, here.id, last.file);
                    view! {
                        <p class="small" id="last-checkpoint">
                            "Last checkpoint: " <Copyable shown=last.file.short() whole=last.file.to_string() what="CID" /> " "
                            <a id="go-on-elsewhere" href=after>"Go on from it elsewhere"</a>
                        </p>
                    }
                })
        }}
    }
}
