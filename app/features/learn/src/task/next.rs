//! What the connected account can do now, and otherwise whom the task waits for, until when.

use app_core::{
    action::Tools,
    chain::has_one_sequencer,
    components::{pass_time::PassTime, time::Deadline},
};
use app_ui::{format, messages::notice::Notice};
use leptos::prelude::*;
use tasks::{REQUESTER_PART, State, Step, Task};

use super::{
    Here,
    confirm::{AcceptAgain, ConfirmSeat},
    late::{DeliverKey, LateKeys},
    press::Press,
    running::Running,
};
use crate::{actions::Plain, playing::Seats};

#[component]
pub fn Next(here: Here) -> impl IntoView {
    let tools = Tools::from_context();
    let steps = Memo::new(move |_| {
        let account = tools.wallet.account.get();
        let now = tools.clock.now.get();
        here.known.learning.with(|known| match (known, account) {
            (Some(known), Some(account)) => known.steps(account, now, here.id),
            _ => Vec::new(),
        })
    });
    // Playing goes on after the run was begun, which is no step of the rules; and after the chain has the result, until the
    // keys are exchanged.
    let seats = expect_context::<Seats>();
    let mine = Memo::new(move |_| {
        let account = tools.wallet.account.get();
        here.known.learning.with(|known| {
            let task = known.as_ref()?.book.task(here.id)?;
            let seat = task.seats.iter().position(|seat| Some(seat.holder) == account)? as u8;
            let playable = matches!(task.state, State::Started | State::Running | State::Stalled);
            let plays = seats.of(here.id, seat).view.with(|view| view.is_active || view.error.is_some());
            (playable || plays).then_some(seat)
        })
    });
    let waits = Memo::new(move |_| {
        here.known.learning.with(|known| {
            let book = &known.as_ref()?.book;
            let task = book.task(here.id)?;
            let events = known.as_ref()?.events.get(&here.id).into_iter().flatten();
            let why = tasks::why_ended(events.map(|logged| &logged.event));
            Some(waits_for(task, book.task(task.waits_for).map(|before| before.state), why))
        })
    });
    // Who could start it is told why it cannot, in the contract's own words.
    let refused = Memo::new(move |_| {
        let (account, now) = (tools.wallet.account.get()?, tools.clock.now.get());
        here.known.learning.with(|known| {
            let known = known.as_ref()?;
            let task = known.book.task(here.id)?;
            let is_turn = task.state == State::Ready && task.requester == account;
            let serves = task.helper.as_ref().is_none_or(|helper| helper.serving);
            let answer = known.decide(account, now, &tasks::Move::Start { task: here.id });
            (is_turn && serves).then(|| answer.err().map(|error| error.to_string())).flatten()
        })
    });
    view! {
        <section class="panel" aria-labelledby="next">
            <header>
                <h2 id="next">"What is next"</h2>
            </header>
            <div class="body stack">
                {move || {
                    waits
                        .get()
                        .map(|(text, until)| {
                            view! {
                                <p>
                                    {text}
                                    {until.map(|at| view! { " This ends " <Deadline at=at /> "." })}
                                </p>
                                {until.map(|at| view! { <PassTime until=at /> })}
                            }
                        })
                }}
                {move || {
                    refused.get().map(|why| view! { <Notice tone="warn">{format!("It cannot be started. {why}")}</Notice> })
                }}
                {move || mine.get().map(|seat| view! { <Running here=here seat=seat /> })}
                <For each=move || steps.get() key=|step| format!("{step:?}") let:step>
                    <OneStep here=here step=step />
                </For>
                <LateKeys here=here />
                <Owed here=here />
            </div>
        </section>
    }
}

/// What is due of bonds that others lost, and what helpers are paid; all tasks together.
#[component]
fn Owed(here: Here) -> impl IntoView {
    let tools = Tools::from_context();
    let owed = Memo::new(move |_| {
        let account = tools.wallet.account.get()?;
        let takes_part = |task: &Task| crate::my_work::is_mine(task, account);
        here.known.learning.with(|known| {
            let known = known.as_ref()?;
            known.book.task(here.id).filter(|task| takes_part(task))?;
            known.book.owed.get(&account).copied().filter(|amount| amount.0 > 0)
        })
    });
    move || {
        owed.get().map(|amount| {
            let label = format!("Collect {}", format::mdc(amount));
            let hint = "What you are owed beside your seats: parts of bonds that others lost, and pay for helping. It is not lost.";
            view! { <Press here=here what=Plain::CollectOwed id="collect-owed" label=label primary=false hint=hint /> }
        })
    }
}

/// Whom a task waits for, and until when. `before` is where the task stands that it waits for, `why` is why it failed or ended.
fn waits_for(task: &Task, before: Option<State>, why: Option<String>) -> (String, Option<u64>) {
    let why = why.map_or_else(String::new, |why| format!(": {why}"));
    let lost = if task.bond_lost { " A bond that was lost went to those who answered." } else { "" };
    let missing = task.seats.len() - task.confirmed();
    match task.state {
        State::Waiting if before != Some(State::Finished) => {
            (format!("It waits for task {} to finish.", task.waits_for), Some(task.draft.confirm_by))
        }
        State::Waiting | State::Confirming => {
            (format!("Waits for {} of {} seats to confirm.", missing, task.seats.len()), Some(task.draft.confirm_by))
        }
        State::Ready => {
            let until = Some(task.draft.start_by);
            match &task.helper {
                Some(helper) if helper.owners.is_none() => {
                    ("No helper is accepted by all owners: each says again which it accepts.".into(), until)
                }
                Some(helper) if helper.helper.is_none() => ("Waits for anybody to draw the helper.".into(), until),
                Some(helper) if !helper.serving => {
                    let who = helper.helper.map_or_else(String::new, |who| who.short());
                    (format!("Waits for the helper {who} to agree."), until)
                }
                _ => ("Waits for the requester to start.".into(), until),
            }
        }
        State::Started => {
            ("Started: all seats join now and sign that they are there.".into(), Some(task.since + tasks::BEGIN_WINDOW))
        }
        State::Running => (
            "The seats compute. Keep the tab of your seat open.".into(),
            Some(task.since + u64::from(task.draft.max_seconds)),
        ),
        State::Stalled => (
            "A seat says that others are silent. Whoever does not answer loses its bond.".into(),
            Some(task.since + tasks::STALL_WINDOW),
        ),
        // Where a bond was lost the contract takes no other try, and lets anybody close the task at once.
        State::Failed if task.bond_lost => (
            format!(
                "The run failed{why}. It cannot be tried again. Once somebody closes it, fees and the other bonds go back."
            ),
            None,
        ),
        State::Failed => (
            format!("The run failed{why}. The requester can try again, or cancel it: then bonds and fees go back."),
            Some(task.draft.start_by),
        ),
        State::Finished => ("It is finished, signed by all seats.".into(), None),
        State::Rejected => (format!("It ends for all{why}. Bonds and fees go back."), None),
        State::Cancelled => (format!("The requester has cancelled it. Bonds and fees go back.{lost}"), None),
        State::Expired => (format!("Its time is over{why}. Bonds and fees go back.{lost}"), None),
    }
}

#[component]
fn OneStep(here: Here, step: Step) -> impl IntoView {
    match step {
        Step::Confirm { seat, .. } => view! { <ConfirmSeat here=here seat=seat /> }.into_any(),
        Step::AcceptHelpers { seat, .. } => view! { <AcceptAgain here=here seat=seat /> }.into_any(),
        // What is late is shown once, whichever seats owe it.
        Step::Begin { .. } | Step::Demand { .. } => ().into_any(),
        Step::Deliver { seat, until } => view! { <DeliverKey here=here seat=seat until=until /> }.into_any(),
        Step::DrawHelper { .. } => {
            let chain = Tools::from_context().deployment().chain_id;
            let hint = match has_one_sequencer(chain) {
                false => "By the hash of one block for these owners and this day, so that asking again changes nothing.",
                true => {
                    "By the hash of one block for these owners and this day, so that asking again changes nothing. On this network one operator \
                     makes all blocks, and could choose."
                }
            };
            view! { <Press here=here what=Plain::Draw id="draw-helper" label="Draw the helper" primary=true hint=hint /> }
                .into_any()
        }
        Step::Serve { .. } => view! {
            <Notice tone="turn">
                "You were drawn as the helper. Helpers run as a program: start agent helper with this task, and it agrees by itself."
            </Notice>
        }
        .into_any(),
        Step::Start { .. } => {
            view! { <Press here=here what=Plain::Start id="start-task" label="Start the run" primary=true hint="Holds a use of every grant, and takes a try of each for good, even if the run fails. All seats then have ten minutes to join." /> }
                .into_any()
        }
        Step::Respond { seat, .. } => {
            view! { <Press here=here what=Plain::Respond { seat } id="respond" label="I am here" primary=true hint="Without an answer your bond is lost." /> }
                .into_any()
        }
        Step::Retry { .. } => {
            let again = here.known.learning.with_untracked(|known| {
                let events = known.as_ref().and_then(|known| known.events.get(&here.id)).into_iter().flatten();
                tasks::fails_again(events.map(|logged| &logged.event))
            });
            let hint = match again {
                true => "With the same data it would fail again, and each run takes a try of every grant for good. Cancel it instead.",
                false => "The seats stay confirmed.",
            };
            view! { <Press here=here what=Plain::Retry id="retry-task" label="Try again" primary=!again hint=hint /> }.into_any()
        }
        Step::Cancel => {
            view! { <Press here=here what=Plain::Cancel id="cancel-task" label="Cancel the task" primary=false hint="Fees come back to you, bonds to the seats." /> }
                .into_any()
        }
        Step::Expire => {
            view! { <Press here=here what=Plain::Expire id="expire-task" label="Close it" primary=false hint="Its time is over; anybody can say so." /> }.into_any()
        }
        Step::Collect { part, amount } => {
            let what = if part == REQUESTER_PART { "What comes back to you" } else { "Bond and fee of your seat" };
            let label = format!("Collect {}", format::mdc(amount));
            view! { <Press here=here what=Plain::Collect { part } id="collect-part" label=label primary=false hint=what /> }.into_any()
        }
    }
}
