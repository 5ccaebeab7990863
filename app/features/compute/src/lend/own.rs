//! What the account offers, its deposit, and pausing and leaving.

use app_core::{action::Tools, components::time::Moment};
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};
use compute_provider::{choosing, offering::DAY};
use jobs::{Provider, market::LARGEST_SHARE};
use leptos::prelude::*;
use protocol::{Address, Amount};

use super::actions::{self, Plain};
use crate::{
    context::Known,
    lending::{Lending, Stands},
    names,
};

#[component]
pub fn OwnMachine(known: Known, account: Address) -> impl IntoView {
    let provider = Memo::new(move |_| known.computing.with(|all| all.as_ref()?.book.provider(account).cloned()));
    view! {
        <section class="panel" aria-labelledby="own-machine">
            <header>
                <h2 id="own-machine">"Your machine"</h2>
                {move || provider.get().map(|provider| view! { <State provider=provider /> })}
            </header>
            <div class="body stack">
                {move || provider.get().map(|provider| view! { <Pairs provider=provider /> })}
                <p class="small soft">
                    {format!("A machine keeps at least {} % of its processors and memory for itself.", 100 - LARGEST_SHARE)}
                </p>
                {move || provider.get().map(|provider| view! { <Presses known=known account=account provider=provider /> })}
            </div>
        </section>
    }
}

#[component]
fn State(provider: Provider) -> impl IntoView {
    let (word, tone) = if provider.weight > 0 { ("Takes jobs", "good") } else { ("Pauses", "warn") };
    view! { <span class=format!("chip {tone}") id="machine-state">{word}</span> }
}

#[component]
fn Pairs(provider: Provider) -> impl IntoView {
    let offer = provider.offer;
    let locked = match provider.locked {
        Amount::ZERO => "none of it is locked".to_owned(),
        locked => format!("{} of it are locked for jobs and for duties as a juror", names::exact(locked)),
    };
    view! {
        <dl class="pairs">
            <dt>"Runs"</dt>
            <dd>{names::workloads(&offer)}</dd>
            <dt>"Price of a unit"</dt>
            <dd>{names::exact(offer.price)}</dd>
            <dt>"Measured"</dt>
            <dd>{names::speed(offer.units_per_second.into())}</dd>
            <dt>"Memory of a job"</dt>
            <dd>{format!("at most {}", names::memory(offer.memory_mib))}</dd>
            <dt>"Deposit"</dt>
            <dd>{format!("{}; {locked}", format::mdc(provider.deposit))}</dd>
            <dt>"Offered since"</dt>
            <dd>
                <Moment at=provider.since />
            </dd>
        </dl>
    }
}

/// Pausing, taking jobs again, leaving.
#[component]
fn Presses(known: Known, account: Address, provider: Provider) -> impl IntoView {
    let (tools, lending) = (Tools::from_context(), expect_context::<Lending>());
    let run = Run::new();
    let press = move |what: Plain| {
        Callback::new(move |()| {
            let Some(computing) = known.computing.get_untracked() else { return };
            run.start(async move { actions::plain(tools, lending, &computing, what, run.says()).await });
        })
    };
    let is_here = Memo::new(move |_| lending.view.with(|view| view.stands == Stands::Here));
    let is_idle = Memo::new(move |_| {
        known.computing.with(|all| all.as_ref().is_some_and(|all| choosing::may_leave(&all.book, account)))
    });
    let first = if provider.weight > 0 {
        view! { <BusyButton label="Pause" id="pause-machine" busy=run.busy on_press=press(Plain::Pause) /> }
    } else {
        let what = Plain::Resume(provider.offer);
        view! { <BusyButton label="Take jobs again" id="resume-machine" class="primary" busy=run.busy on_press=press(what) /> }
    };
    view! {
        <div class="stack tight">
            <div class="row">
                {first}
                {move || match (is_idle.get(), is_here.get()) {
                    (true, _) => {
                        let label = "Leave, and take the deposit back";
                        view! { <BusyButton label=label id="offboard" busy=run.busy on_press=press(Plain::Offboard) /> }.into_any()
                    }
                    (false, true) => {
                        view! {
                            <BusyButton
                                label="Leave when all jobs are done"
                                id="leave-later"
                                busy=run.busy
                                on_press=press(Plain::Leave { at_once: false })
                            />
                            <BusyButton
                                label="Leave now"
                                id="leave-now"
                                class="danger"
                                busy=run.busy
                                on_press=press(Plain::Leave { at_once: true })
                            />
                        }
                            .into_any()
                    }
                    (false, false) => ().into_any(),
                }}
            </div>
            {move || is_here.get().then(|| view! { <Again known=known /> })}
            <p class="small soft">
                "While it is paused, your machine takes no new jobs; those that run go on. Leaving now would give up what runs: it is paid by what its client has promised."
            </p>
            <RunState run=run />
        </div>
    }
}

/// Measuring again: once a day, since clients choose by it.
#[component]
fn Again(known: Known) -> impl IntoView {
    let (tools, lending) = (Tools::from_context(), expect_context::<Lending>());
    let run = Run::new();
    let measured_at = lending.settings().map_or(0, |settings| settings.measured_at);
    let is_old = Memo::new(move |_| tools.clock.now.get() >= measured_at + DAY);
    let press = Callback::new(move |()| {
        let Some(computing) = known.computing.get_untracked() else { return };
        run.start(async move { actions::measure_again(tools, lending, &computing, run.says()).await });
    });
    view! {
        <div class="row">
            <BusyButton label="Measure again" id="measure-again" busy=run.busy on_press=press />
            <span class="small soft">"Measured " <Moment at=measured_at /> ". One transaction; price and share stay."</span>
        </div>
        {move || {
            is_old
                .get()
                .then(|| view! { <Notice tone="warn">"Its speed was measured more than a day ago. Clients choose by it, and a job that is slower than you said may come too late to be paid."</Notice> })
        }}
        <RunState run=run />
    }
}
