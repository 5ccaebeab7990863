//! What did not come of a finished task: whoever receives the result demands keys, whoever owes one posts it, and an owner whose
//! seat was not played to its end takes what that seat keeps.

use app_core::{action::Tools, chain::Learning, components::time::UntilTime};
use app_ui::{
    controls::busy_button::BusyButton,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};
use leptos::{prelude::*, task::spawn_local};
use protocol::Address;
use tasks::{Kind, Seat, SeatState, Step, Task};

use super::Here;
use crate::{
    actions::late::{are_posted, deliver, demand, is_late, open},
    kept,
    playing::Seats,
};

/// Why a result can be opened now.
const POSTED: &str = "All keys of your result are on the chain.";
const KEEPS: &str = "The chain has the result, and your seat was not played to its end in this browser. What it keeps of the \
                     result, your half of the model or which rows are in common, is here all the same.";

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
    /// An owner whose tab was closed before the end has not taken what its seat keeps of the result.
    Keeps,
}

impl Waits {
    /// Of the seat that receives the result.
    fn of_keys(known: &Learning, account: Address, now: u64, (id, seat): (u64, u8)) -> Self {
        if are_posted(known, id, seat) {
            return Self::Posted;
        }
        let steps = known.steps(account, now, id);
        let open = steps.iter().filter_map(|step| match step {
            Step::Demand { seat: owing, until } => Some((*owing, *until)).filter(|_| *owing != seat),
            _ => None,
        });
        let open: Vec<_> = open.collect();
        if let Some((_, until)) = open.first() {
            return Self::CanDemand { seats: open.iter().map(|(seat, _)| *seat).collect(), until: *until };
        }
        let owing = known.book.task(id).into_iter().flat_map(|task| &task.seats);
        let by = owing.filter(|seat| seat.state == SeatState::Demanded).filter_map(|seat| seat.deliver_by).max();
        by.map_or(Self::No, |until| Self::Demanded { until })
    }
}

/// A seat of the connected account that may have something to come of a finished task.
#[derive(Clone, Copy, PartialEq)]
struct Mine {
    seat: u8,
    attempt: u16,
    /// Keys of the result are owed to it. Other owners keep their half of a model, or which rows are common.
    receives: bool,
}

impl Mine {
    fn of(task: &Task, account: Address) -> Option<Self> {
        let attempt = task.attempt;
        // Only who asked for the task can demand keys.
        if let Some(seat) = task.receiving(account).filter(|_| task.requester == account) {
            return Some(Self { seat, attempt, receives: true });
        }
        let is_own = |(_, seat): &(u8, &Seat)| seat.holder == account && seat.roles.computes();
        let (seat, _) = (0_u8..).zip(&task.seats).find(is_own)?;
        let keeps = matches!(task.draft.kind, Kind::Train | Kind::Psi);
        keeps.then_some(Self { seat, attempt, receives: false })
    }
}

/// What a seat that has not got what is its own of the result can do, once that is late.
#[component]
pub fn LateKeys(here: Here) -> impl IntoView {
    let tools = Tools::from_context();
    let seats = expect_context::<Seats>();
    let mine = Memo::new(move |_| {
        let account = tools.wallet.account.get()?;
        here.known.learning.with(|known| Mine::of(known.as_ref()?.book.task(here.id)?, account))
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
        let (Some(account), Some(mine), true) = (tools.wallet.account.get(), mine.get(), late.get()) else { return };
        seats.of(here.id, mine.seat).view.with(|view| view.is_active);
        here.known.learning.track();
        spawn_local(async move {
            let kept = kept::result(tools, account, here.id, mine.seat).await;
            // Who only keeps something can take it where its seat was played.
            let from = kept::progress(tools, account, here.id, mine.seat, mine.attempt).await;
            let lacks = matches!(kept, Ok(None)) && (mine.receives || matches!(from, Ok(Some(_))));
            has_it.try_set(!lacks);
        });
    });
    let waits = Memo::new(move |_| {
        let (Some(account), Some(Mine { seat, receives, .. }), true, false) =
            (tools.wallet.account.get(), mine.get(), late.get(), has_it.get())
        else {
            return Waits::No;
        };
        if seats.of(here.id, seat).view.with(|view| view.is_active) {
            return Waits::No;
        }
        if !receives {
            return Waits::Keeps;
        }
        let now = tools.clock.now.get();
        here.known.learning.with(|known| {
            known.as_ref().map_or(Waits::No, |known| Waits::of_keys(known, account, now, (here.id, seat)))
        })
    });
    let seat = move || mine.get_untracked().map_or(0, |mine| mine.seat);
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
        Waits::Posted => view! { <OpenResult here=here seat=seat() why=POSTED /> }.into_any(),
        Waits::Keeps => view! { <OpenResult here=here seat=seat() why=KEEPS /> }.into_any(),
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
fn OpenResult(here: Here, seat: u8, why: &'static str) -> impl IntoView {
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
            <p>{why}</p>
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
