//! A seat of a task that is finished on chain: what its account demands, what it posts, and what it was told. It comes from what
//! the seat has kept, so that neither a relay nor a table is needed any more.

use protocol::Digest;
use tasks::{Task, calls};

use super::{kept::Signed, watcher::Watcher};
use crate::failure::Failure;

/// Posts the sealed key that is demanded of a seat.
pub async fn deliver(watcher: &Watcher, id: u64, task: &Task, seat: u8) -> Result<bool, Failure> {
    let Some((result, _)) = watcher.view.seen(id).and_then(|seen| seen.outcome) else { return Ok(false) };
    let Some(((outcome, hashes), key)) = watcher.afterwards(id, task, seat).await?.owes(result)? else {
        return Err(Failure::Failed(format!(
            "The key that is demanded of task {id} is not kept here any more, so that the bond will be lost."
        )));
    };
    watcher.send(id, "delivered", calls::deliver(id, seat, &outcome, &hashes, &key)).await
}

/// Demands the key that a seat owes this account, which receives the result; nothing where it owes none.
pub async fn demand(watcher: &Watcher, id: u64, task: &Task, seat: u8) -> Result<bool, Failure> {
    let seen = watcher.view.seen(id).and_then(|seen| seen.outcome);
    let (Some(_), Some((result, _))) = (task.receiving(watcher.me), seen) else { return Ok(false) };
    let Some((outcome, hashes)) = signed(watcher, id, task, result).await? else { return Ok(false) };
    if hashes.get(usize::from(seat)).is_none_or(|hash| *hash == Digest::ZERO) {
        return Ok(false);
    }
    watcher.send(id, "demanded", calls::demand(id, seat, &outcome, &hashes)).await
}

/// What all have signed, from whichever seat of this account has kept it here: it is the same at each.
async fn signed(watcher: &Watcher, id: u64, task: &Task, result: Digest) -> Result<Option<Signed>, Failure> {
    let mut unread = None;
    for (seat, _) in (0..).zip(&task.seats).filter(|(_, seat)| seat.holder == watcher.me) {
        match watcher.afterwards(id, task, seat).await?.signed(result) {
            Ok(Some(signed)) => return Ok(Some(signed)),
            Ok(None) => {}
            Err(failure) => unread = Some(failure),
        }
    }
    unread.map_or(Ok(None), Err)
}
