//! Keys of results that were not sent: demanded, posted, and taken from the chain.

use app_core::{
    action::{ActionError, Tools},
    chain::Learning,
    workers::party::Party,
};
use leptos::prelude::GetUntracked;
use mpc_task::Late;
use protocol::{Address, Digest};
use tasks::{Event, Move, Roles, State, TASKS, Task, calls, typed_data};

use super::{Plain, about, confirm, join, plain};
use crate::kept;

/// Seconds after the end in which keys usually come over the links.
pub const HANDOVER: u64 = 300;

/// The seat of an account that receives the result without having data.
pub fn receiving(task: &Task, account: Address) -> Option<u8> {
    let receives = |seat: &tasks::Seat| seat.holder == account && seat.roles.has(Roles::RECEIVES) && seat.grant == 0;
    task.seats.iter().position(receives).and_then(|seat| u8::try_from(seat).ok())
}

/// Whether keys are late for whoever has not got the result.
pub fn is_late(task: &Task, now: u64) -> bool {
    task.state == State::Finished && now >= task.since + HANDOVER
}

/// Whether every key that the receiver needs stands on the chain.
pub fn are_posted(learning: &Learning, id: u64) -> bool {
    let Some(task) = learning.book.task(id).filter(|task| task.state == State::Finished) else { return false };
    let events = learning.events.get(&id).map(Vec::as_slice).unwrap_or_default();
    let is_posted = |owner: u8| {
        events.iter().any(|logged| matches!(&logged.event, Event::KeyDelivered { seat, .. } if *seat == owner))
    };
    let mut owing = (0_u8..).zip(&task.seats).filter(|(_, seat)| seat.roles.computes());
    owing.all(|(owner, _)| is_posted(owner))
}

/// Demands the keys of seats, one transaction each.
///
/// # Errors
/// [`ActionError`]
pub async fn demand(tools: Tools, learning: &Learning, id: u64, seats: Vec<u8>) -> Result<(), ActionError> {
    for seat in seats {
        plain(tools, learning, id, Plain::Demand { seat }).await?;
    }
    Ok(())
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
    let owed = Party::default().owes(late, &file, &progress).await?;
    let (result, keys): (Digest, Digest) = (task.result.unwrap_or_default(), typed_data::sealed_keys(&owed.key_hashes));
    let (key_hashes, sealed) = (owed.key_hashes.clone(), owed.sealed.clone());
    let asked = Move::Deliver { task: id, seat, result, keys, key_hashes, sealed };
    learning.decide(tools.account()?, tools.clock.now.get_untracked(), &asked)?;
    let data = calls::deliver(id, seat, &owed.outcome, &owed.key_hashes, &owed.sealed);
    let contract = tools.deployment().demand(TASKS)?;
    tools.transactions.send(format!("Post the key of task {id}"), contract, data, Some(about(id))).await?;
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
