//! A seat of a task that is finished on chain: what its account demands, what it posts, and what it was told. It comes from what
//! the seat has kept, so that neither a relay nor a table is needed any more.

use std::{collections::BTreeMap, rc::Rc};

use mpc_run::{Attempt, Late, Spec};
use protocol::Digest;
use tasks::{Outcome, Task, calls};

use super::{seating, state::State, watcher::Watcher};
use crate::{
    failure::Failure,
    files,
    play::seat::{Came, write},
};

/// The outcome that all have signed, and the hashes of all keys.
type Signed = (Outcome, Vec<Digest>);

/// Posts the sealed key that is demanded of a seat.
pub async fn deliver(watcher: &Watcher, id: u64, task: &Task, seat: u8) -> Result<bool, Failure> {
    let Some((result, _)) = watcher.view.seen(id).and_then(|seen| seen.outcome) else { return Ok(false) };
    let Some(((outcome, hashes), key)) = Afterwards::of(watcher, id, task, seat).await?.owes(result)? else {
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
        match Afterwards::of(watcher, id, task, seat).await?.signed(result) {
            Ok(Some(signed)) => return Ok(Some(signed)),
            Ok(None) => {}
            Err(failure) => unread = Some(failure),
        }
    }
    unread.map_or(Ok(None), Err)
}

/// A seat after the end.
pub struct Afterwards {
    state: Rc<State>,
    attempt: Attempt,
    seat: u8,
    /// Secret of the key in the directory.
    directory: [u8; 32],
}

impl Afterwards {
    pub async fn of(watcher: &Watcher, id: u64, task: &Task, seat: u8) -> Result<Self, Failure> {
        let spec = watcher.spec(task.draft.spec).await?;
        let attempt = seating::confirmed(&watcher.chain, &watcher.view, id, task, spec)?;
        Ok(Self { state: watcher.state.clone(), attempt, seat, directory: *watcher.keys.directory() })
    }

    /// What this seat has kept of a result that stands on chain; nothing where it has signed nothing.
    fn kept(&self, result: Digest) -> Result<Option<Late<'_>>, Failure> {
        let (task, attempt) = (self.attempt.terms.task, self.attempt.terms.attempt);
        let progress = self.state.progress(task, attempt, self.seat);
        if !progress.exists() {
            return Ok(None);
        }
        Ok(Late::read(&self.attempt, self.seat, &files::read(&progress)?, result)?)
    }

    fn signed(&self, result: Digest) -> Result<Option<Signed>, Failure> {
        Ok(self.kept(result)?.map(|late| of_keys(&late)))
    }

    /// What is posted where the key that this seat owes is demanded, and the key itself.
    fn owes(&self, result: Digest) -> Result<Option<(Signed, Vec<u8>)>, Failure> {
        let late = self.kept(result)?;
        Ok(late.and_then(|late| {
            let key = late.key_for(self.attempt.spec.receiver()?)?.to_vec();
            Some((of_keys(&late), key))
        }))
    }

    /// What this seat has of a result that stands on chain, although its program ended before the others were heard to the
    /// end: with the keys that were posted. Nothing where it has signed nothing, or keys are missing.
    pub fn late(&self, result: Digest, posted: &BTreeMap<u8, Vec<u8>>) -> Result<Option<serde_json::Value>, Failure> {
        let Some(late) = self.kept(result)? else { return Ok(None) };
        let is_receiver = self.attempt.spec.receiver() == Some(self.seat);
        let owners = [0, 1].into_iter().filter(|owner| *owner != self.seat);
        let keys: BTreeMap<u8, Vec<u8>> =
            owners.filter_map(|owner| Some((owner, posted.get(&owner)?.clone()))).collect();
        let needed = if is_receiver { 2 - usize::from(Spec::owner_of(self.seat).is_some()) } else { 0 };
        if keys.len() < needed {
            return Ok(None);
        }
        let told = if is_receiver { late.open(&self.directory, keys)? } else { Vec::new() };
        let finished = mpc_run::Finished {
            outcome: late.outcome().clone(),
            signatures: late.signatures().unwrap_or_default(),
            told,
            kept: late.kept().cloned(),
            learned: late.learned().cloned(),
            rows: late.rows(),
            common: None,
            traffic: mpc::Traffic::default(),
        };
        let (task, attempt) = (self.attempt.terms.task, self.attempt.terms.attempt);
        let came = Came { spec: &self.attempt.spec, task, attempt, seat: self.seat, table: None };
        write(&came, &finished, &self.state.results(task)).map(Some)
    }
}

fn of_keys(late: &Late<'_>) -> Signed {
    (mpc_task::on_chain(late.outcome()), late.outcome().keys.clone())
}
