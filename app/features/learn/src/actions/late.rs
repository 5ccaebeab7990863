//! Keys of results that were not sent: demanded, posted, and taken from the chain.

use app_core::{
    action::{ActionError, Tools},
    chain::Learning,
    workers::party::{Owed, Party, Signed},
};
use leptos::prelude::GetUntracked;
use mpc_task::Late;
use protocol::Digest;
use tasks::{Event, Move, SignedKeys, State, TASKS, Task, calls, typed_data};

use super::{about, confirm, join, send, titles};
use crate::kept;

/// Seconds after the end in which keys usually come over the links.
pub const HANDOVER: u64 = mpc_run::HANDOVER.as_secs();

/// Whether keys are late for whoever has not got the result.
pub fn is_late(task: &Task, now: u64) -> bool {
    task.state == State::Finished && now >= task.since + HANDOVER
}

/// Whether every key that the receiver needs stands on the chain. `mine` is its seat, which owes itself none.
pub fn are_posted(learning: &Learning, id: u64, mine: u8) -> bool {
    let Some(task) = learning.book.task(id).filter(|task| task.state == State::Finished) else { return false };
    let events = learning.events.get(&id).map(Vec::as_slice).unwrap_or_default();
    let is_posted = |owner: u8| {
        events.iter().any(|logged| matches!(&logged.event, Event::KeyDelivered { seat, .. } if *seat == owner))
    };
    let mut owing = (0_u8..).zip(&task.seats).filter(|(owner, seat)| seat.roles.computes() && *owner != mine);
    owing.all(|(owner, _)| is_posted(owner))
}

/// Demands the keys that seats owe the receiver, one transaction each.
///
/// # Errors
/// [`ActionError`], also where none of them owes one.
pub async fn demand(tools: Tools, learning: &Learning, id: u64, seats: Vec<u8>) -> Result<(), ActionError> {
    let account = tools.account()?;
    let mine = learning.book.task(id).and_then(|task| task.receiving(account));
    let mine = mine.ok_or_else(|| ActionError::feature("Only who receives the result can demand its keys."))?;
    let (late, file, progress, task) = late(tools, learning, id, mine).await?;
    let signed = Party::default().signed(late, &file, &progress).await?;
    let owes = |seat: &u8| signed.key_hashes.get(usize::from(*seat)).is_some_and(|hash| *hash != Digest::ZERO);
    let owing: Vec<u8> = seats.into_iter().filter(owes).collect();
    if owing.is_empty() {
        return Err(ActionError::feature(
            "By what all have signed, nobody owes you a key: this task told you nothing. There is nothing to demand.",
        ));
    }
    for seat in owing {
        let asked = Move::Demand { task: id, seat, signed: of_keys(&task, &signed) };
        let data = calls::demand(id, seat, &signed.outcome, &signed.key_hashes);
        let title = titles::about_seat("Demand the key of", id, seat);
        send(tools, learning, id, title, &asked, data).await?;
    }
    Ok(())
}

fn of_keys(task: &Task, signed: &Signed) -> SignedKeys {
    SignedKeys {
        result: task.result.unwrap_or_default(),
        keys: typed_data::sealed_keys(&signed.key_hashes),
        key_hashes: signed.key_hashes.clone(),
    }
}

/// A seat of a finished task, with its file and what was kept of it.
async fn late(
    tools: Tools,
    learning: &Learning,
    id: u64,
    seat: u8,
) -> Result<(Late, Vec<u8>, Vec<u8>, Task), ActionError> {
    let task = learning.book.task(id).cloned().ok_or_else(|| ActionError::feature("There is no such task."))?;
    let (file, spec) = confirm::spec(tools, learning, id).await?;
    let seating = join::seating(tools, learning, id, &spec)?;
    let progress = kept::progress(tools, tools.account()?, id, seat, task.attempt).await?.ok_or_else(|| {
        ActionError::feature(
            "What this seat owes is not in this browser. Open the page in the one in which it was played, or import its vault \
             in Settings.",
        )
    })?;
    let events = learning.events.get(&id).map(Vec::as_slice).unwrap_or_default();
    let posted = events.iter().filter_map(|logged| match &logged.event {
        Event::KeyDelivered { seat, sealed } => Some((*seat, sealed.clone())),
        _ => None,
    });
    let result = task.result.unwrap_or_default();
    Ok((Late { seating, seat, result, posted: posted.collect() }, file, progress, task))
}

/// Posts the key that a seat owes.
///
/// # Errors
/// [`ActionError`]
pub async fn deliver(tools: Tools, learning: &Learning, id: u64, seat: u8) -> Result<(), ActionError> {
    let (late, file, progress, task) = late(tools, learning, id, seat).await?;
    let Owed { signed, sealed } = Party::default().owes(late, &file, &progress).await?;
    let data = calls::deliver(id, seat, &signed.outcome, &signed.key_hashes, &sealed);
    let asked = Move::Deliver { task: id, seat, signed: of_keys(&task, &signed), sealed };
    learning.decide(tools.account()?, tools.clock.now.get_untracked(), &asked)?;
    let contract = tools.deployment().demand(TASKS)?;
    let title = titles::about_seat("Post the key of", id, seat);
    tools.transactions.send(title, contract, data, Some(about(id))).await?;
    Ok(())
}

/// Opens the result with the keys that were posted, and keeps it.
///
/// # Errors
/// [`ActionError`]
pub async fn open(tools: Tools, learning: &Learning, id: u64, seat: u8) -> Result<(), ActionError> {
    let (late, file, progress, task) = late(tools, learning, id, seat).await?;
    let directory = *confirm::in_directory(tools, learning, tools.account()?).await?.secret();
    let came = Party::default().opens(late, &file, &progress, &directory).await?;
    join::keep(tools, &task, id, seat, came).await
}
