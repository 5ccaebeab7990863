//! Audits: parts of a job, or its rest, that the client runs again on its own machine.

use std::{
    cell::OnceCell,
    sync::{Arc, atomic::Ordering},
};

use compute_engine::{Checkpoint, Outcome, Wasmtime};
use compute_provider::Ready;
use compute_session::{Announced, Audit, Client, Liar, Reached, Shared, Until, is_audited};
use jobs::Job;
use protocol::cid::Cid;

use super::{Hiring, posting::Posted};
use crate::{
    failure::Failure,
    keys::random,
    work::{
        benchmark,
        prepared::{Prepared, prepare},
        runner::{Control, Start, Update},
    },
};

/// Whether a part of a job is run again: drawn anew with each call.
///
/// # Errors
/// [`Failure::Failed`] where the system has no randomness.
pub fn is_drawn(posted: &Posted) -> Result<bool, Failure> {
    Ok(is_audited(posted.posting.terms.audit_rate, random()?))
}

/// What is needed to run a job here. Nothing is compiled before the first audit.
#[derive(Default)]
pub struct Auditor(OnceCell<(Prepared, Wasmtime)>);

impl Auditor {
    /// Runs a part of a job again, and holds it against what the provider told its client.
    ///
    /// # Errors
    /// [`Failure`]: it cannot be run here now. Inside: [`Liar`].
    pub async fn audit(
        &self,
        hiring: &Hiring,
        posted: &Posted,
        job: &Job,
        side: &Shared<Client>,
        audit: &Audit,
    ) -> Result<Result<(), Liar>, Failure> {
        let (Prepared { ready, .. }, engine) = self.ready(hiring, posted, job).await?;
        let read = async |told: Announced| {
            let file = hiring.shelf.get(told.file, posted.largest_checkpoint()).await?;
            let found = side.look(|side| side.as_told(&told, ready.read(&file)));
            let not_yet = || Failure::Failed("The log before a checkpoint has not come yet.".into());
            found.transpose().ok_or_else(not_yet)
        };
        let from = match audit.from {
            Some(from) => match read(from).await? {
                Ok(from) => Some(Arc::new(from)),
                Err(lie) => return Ok(Err(lie)),
            },
            None => ready.from.clone(),
        };
        let said = match audit.until {
            Until::Checkpoint(last) => match read(last).await? {
                Ok(said) => Some(said),
                Err(lie) => return Ok(Err(lie)),
            },
            Until::End(_) => None,
        };
        let reached = match runs(ready, engine, from, audit.every()).await? {
            Stopped::Checkpoint(checkpoint) => Reached::Checkpoint(checkpoint),
            Stopped::End(outcome) => Reached::End(outcome.hash()),
        };
        Ok(audit.check(&reached, said.as_ref()))
    }

    /// Runs a job behind a checkpoint of it, or all of it: what its provider should have submitted.
    ///
    /// # Errors
    /// [`Failure`]: it cannot be run here now.
    pub async fn rest(
        &self,
        hiring: &Hiring,
        posted: &Posted,
        job: &Job,
        from: Option<Cid>,
    ) -> Result<Outcome, Failure> {
        let (Prepared { ready, .. }, engine) = self.ready(hiring, posted, job).await?;
        let from = match from {
            Some(file) => {
                let file = hiring.shelf.get(file, posted.largest_checkpoint()).await?;
                let from = ready.read(&file).map_err(|bad| Failure::Failed(bad.to_string()))?;
                Some(Arc::new(from))
            }
            None => ready.from.clone(),
        };
        match runs(ready, engine, from, u64::MAX).await? {
            Stopped::End(outcome) => Ok(outcome),
            Stopped::Checkpoint(_) => Err(Failure::Failed("The job stopped before its end here.".into())),
        }
    }

    async fn ready(&self, hiring: &Hiring, posted: &Posted, job: &Job) -> Result<&(Prepared, Wasmtime), Failure> {
        if let Some(known) = self.0.get() {
            return Ok(known);
        }
        let prepared = prepare(&hiring.shelf, hiring.of(posted.id), job, hiring.me).await?;
        let engine = benchmark::engine(&hiring.compiled)?;
        Ok(self.0.get_or_init(|| (prepared, engine)))
    }
}

/// Where a job stopped that is run here.
enum Stopped {
    Checkpoint(Box<Checkpoint>),
    End(Outcome),
}

/// Runs a job from a checkpoint, or from its start, to the first checkpoint after so many instructions, or to its end.
async fn runs(ready: &Ready, engine: &Wasmtime, from: Option<Arc<Checkpoint>>, every: u64) -> Result<Stopped, Failure> {
    let start = Start {
        engine: engine.clone(),
        work: ready.work.clone(),
        from,
        every,
        memory: ready.memory,
        duty: 1.0,
        allowed: u64::MAX,
    };
    let (control, mut updates) = start.spawn().map_err(|error| Failure::Failed(error.to_string()))?;
    let _stop = StopAtLast(control);
    loop {
        match updates.recv().await {
            Some(Update::Lines(..)) => {}
            Some(Update::Checkpoint(checkpoint)) => return Ok(Stopped::Checkpoint(checkpoint)),
            Some(Update::Ended(outcome)) => return Ok(Stopped::End(*outcome)),
            Some(Update::Failed(error)) => return Err(Failure::Failed(error.to_string())),
            None => return Err(Failure::Failed("The job that was run again here broke off.".into())),
        }
    }
}

/// Stops a job that nobody waits for any more.
struct StopAtLast(Arc<Control>);

impl Drop for StopAtLast {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}
