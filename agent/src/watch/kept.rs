//! What a seat has kept of a task that is finished on chain.

use std::{collections::BTreeMap, rc::Rc};

use mpc_run::{Attempt, Late, Spec};
use protocol::Digest;
use tasks::Outcome;

use super::state::State;
use crate::{
    failure::Failure,
    files,
    play::seat::{Came, write},
};

/// The outcome that all have signed, and the hashes of all keys.
pub type Signed = (Outcome, Vec<Digest>);

/// A seat after the end.
pub struct Afterwards {
    pub state: Rc<State>,
    pub attempt: Attempt,
    pub seat: u8,
    /// Secret of the key in the directory.
    pub directory: [u8; 32],
}

impl Afterwards {
    /// What this seat has kept of a result that stands on chain; nothing where it has signed nothing.
    fn kept(&self, result: Digest) -> Result<Option<Late<'_>>, Failure> {
        let (task, attempt) = (self.attempt.terms.task, self.attempt.terms.attempt);
        let progress = self.state.progress(task, attempt, self.seat);
        if !progress.exists() {
            return Ok(None);
        }
        Ok(Late::read(&self.attempt, self.seat, &files::read(&progress)?, result)?)
    }

    pub fn signed(&self, result: Digest) -> Result<Option<Signed>, Failure> {
        Ok(self.kept(result)?.map(|late| of_keys(&late)))
    }

    /// What is posted where the key that this seat owes is demanded, and the key itself.
    pub fn owes(&self, result: Digest) -> Result<Option<(Signed, Vec<u8>)>, Failure> {
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
            common: late.common().map(<[u32]>::to_vec),
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
