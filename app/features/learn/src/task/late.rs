//! Keys of a finished task that did not come: whoever receives the result demands them, whoever owes one posts it.

use app_core::{action::Tools, components::time::UntilTime};
use app_ui::{
    controls::busy_button::BusyButton,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};
use leptos::{prelude::*, task::spawn_local};
use tasks::{SeatState, Step};

use super::Here;
use crate::{
    actions::late::{are_posted, deliver, demand, is_late, open},
    kept,
    playing::Seats,
};

/// What the receiver can do about keys.
#[derive(Clone, PartialEq)]
enum Waits {
    /// Nothing is late.
    No,
    /// Some can be demanded, until then.
    CanDemand { seats: Vec<u8>, until: u64 },
    /// Some are demanded, and must be posted until then.
    Demanded { until: u64 },
    /// All are on the chain.
    Posted,
}

/// What a seat that receives the result and has not got it can do, once the keys are late.
#[component]
pub fn LateKeys(here: Here) -> impl IntoView {
    let tools = Tools::from_context();
    let seats = expect_context::<Seats>();
    let mine = Memo::new(move |_| {
        let account = tools.wallet.account.get()?;
        here.known.learning.with(|known| known.as_ref()?.book.task(here.id)?.receiving(account))
    });
    let late = Memo::new(move |_| {
        let now = tools.clock.now.get();
        here.known.learning.with(|known| {
            known.as_ref().and_then(|known| known.book.task(here.id)).is_some_and(|task| is_late(task, now))
        })
    });
    // What was told here is kept here.
    let has_it = RwSignal::new(true);
    Effect::new(move || {
        let (Some(account), Some(seat), true) = (tools.wallet.account.get(), mine.get(), late.get()) else { return };
        seats.of(here.id, seat).view.with(|view| view.is_active);
        here.known.learning.track();
        spawn_local(async move {
            let kept = kept::result(tools, account, here.id, seat).await;
            has_it.try_set(!matches!(kept, Ok(None)));
        });
    });
    let waits = Memo::new(move |_| {
        let (Some(account), Some(seat), true, false) =
            (tools.wallet.account.get(), mine.get(), late.get(), has_it.get())
        else {
            return Waits::No;
        };
        if seats.of(here.id, seat).view.with(|view| view.is_active) {
            return Waits::No;
        }
        here.known.learning.with(|known| {
            let Some(known) = known else { return Waits::No };
            if are_posted(known, here.id, seat) {
                return Waits::Posted;
            }
            let steps = known.steps(account, tools.clock.now.get(), here.id);
            let open = steps.iter().filter_map(|step| match step {
                Step::Demand { seat: owing, until } => Some((*owing, *until)).filter(|_| *owing != seat),
                _ => None,
            });
            let open: Vec<_> = open.collect();
            if let Some((_, until)) = open.first() {
                return Waits::CanDemand { seats: open.iter().map(|(seat, _)| *seat).collect(), until: *until };
            }
            let owing = known.book.task(here.id).into_iter().flat_map(|task| &task.seats);
            let by = owing.filter(|seat| seat.state == SeatState::Demanded).filter_map(|seat| seat.deliver_by).max();
            by.map_or(Waits::No, |until| Waits::Demanded { until })
        })
    });
    move || match waits.get() {
        Waits::No => ().into_any(),
        Waits::CanDemand { seats, until } => view! { <DemandKeys here=here seats=seats until=until /> }.into_any(),
        Waits::Demanded { until } => view! {
            <p>
                "The keys that did not come are demanded. Whoever does not post its key by " <UntilTime at=until />
                " loses bond and fee to you."
            </p>
        }
        .into_any(),
        Waits::Posted => view! { <OpenResult here=here seat=mine.get_untracked().unwrap_or_default() /> }.into_any(),
    }
}

#[component]
fn DemandKeys(here: Here, seats: Vec<u8>, until: u64) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let many = seats.len();
    let press = Callback::new(move |()| {
        let Some(learning) = here.known.learning.get_untracked() else { return };
        let seats = seats.clone();
        run.start(async move { demand(tools, &learning, here.id, seats).await });
    });
    let cost = match many {
        1 => "It costs the network fee of one transaction.".to_owned(),
        many => format!("It costs the network fees of {many} transactions, one for each seat."),
    };
    view! {
        <Notice tone="warn">
            <p class="below">
                "The keys of your result did not come, and this browser has no result of the task. First open it in the browser in \
                 which your seat was played. If they are not there either, demand them: they must be posted on chain within a day, \
                 or bond and fee of the silent seat are yours. This is possible until " <UntilTime at=until /> ". " {cost}
            </p>
            <div class="row">
                <BusyButton label="Demand the key" id="demand-key" class="primary" busy=run.busy on_press=press />
            </div>
            <RunState run=run />
        </Notice>
    }
}

#[component]
fn OpenResult(here: Here, seat: u8) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let press = Callback::new(move |()| {
        let Some(learning) = here.known.learning.get_untracked() else { return };
        run.start(async move {
            open(tools, &learning, here.id, seat).await?;
            // Whoever shows results looks again.
            here.known.learning.notify();
            Ok::<(), app_core::action::ActionError>(())
        });
    });
    view! {
        <div class="stack tight">
            <p>"All keys of your result are on the chain."</p>
            <div class="row">
                <BusyButton label="Open the result" id="open-result" class="primary" busy=run.busy on_press=press />
            </div>
            <RunState run=run />
        </div>
    }
}

/// Posting the key that this account's seat owes.
#[component]
pub fn DeliverKey(here: Here, seat: u8, until: u64) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let press = Callback::new(move |()| {
        let Some(learning) = here.known.learning.get_untracked() else { return };
        run.start(async move { deliver(tools, &learning, here.id, seat).await });
    });
    view! {
        <Notice tone="turn">
            <p class="below">
                "The requester says that the key of a result did not come from you, and demands it. Post it by "
                <UntilTime at=until /> ", or bond and fee of your seat go to the requester. Only whom the result is for can open what the key \
                 opens. It costs the network fee of one transaction."
            </p>
            <div class="row">
                <BusyButton label="Post the key" id="post-key" class="primary" busy=run.busy on_press=press />
            </div>
            <RunState run=run />
        </Notice>
    }
}
