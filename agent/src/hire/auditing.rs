//! Random audits: parts of a job that the client runs again on its own machine.

use std::{cell::OnceCell, sync::Arc};

use compute_engine::Wasmtime;
use compute_session::{Audit, Liar, Reached, Until, is_audited};
use jobs::Job;

use super::{Hiring, posting::Posted};
use crate::{
    failure::Failure,
    keys::random,
    work::{
        benchmark,
        prepared::{Prepared, prepare},
        runner::{Start, Update},
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
    /// Runs a part of a job again, and holds it against what the provider said.
    ///
    /// # Errors
    /// [`Failure`]: it cannot be run here now. Inside: [`Liar`].
    pub async fn audit(
        &self,
        hiring: &Hiring,
        posted: &Posted,
        job: &Job,
        audit: &Audit,
    ) -> Result<Result<(), Liar>, Failure> {
        let most = posted.largest_checkpoint();
        let (Prepared { ready, .. }, engine) = match self.0.get() {
            Some(known) => known,
            None => {
                let prepared = prepare(&hiring.shelf, hiring.of(posted.id), job, hiring.me).await?;
                let engine = benchmark::engine(&hiring.compiled)?;
                self.0.get_or_init(|| (prepared, engine))
            }
        };
        let from = match audit.from {
            Some(from) => match ready.read(&hiring.shelf.get(from.file, most).await?) {
                Ok(from) => Some(Arc::new(from)),
                Err(bad) => return Ok(Err(Liar::BadCheckpoint(bad))),
            },
            None => ready.from.clone(),
        };
        let said = match audit.until {
            Until::Checkpoint(last) => Some(ready.read(&hiring.shelf.get(last.file, most).await?)),
            Until::End(_) => None,
        };
        let start = Start {
            engine: engine.clone(),
            work: ready.work.clone(),
            from,
            every: audit.every(),
            memory: ready.memory,
            duty: 1.0,
            allowed: u64::MAX,
        };
        Ok(audit.check(&reached(start).await?, said))
    }
}

/// Where a part ends, run here.
async fn reached(start: Start) -> Result<Reached, Failure> {
    let (_control, mut updates) = start.spawn().map_err(|error| Failure::Failed(error.to_string()))?;
    loop {
        match updates.recv().await {
            Some(Update::Lines(..)) => {}
            Some(Update::Checkpoint(checkpoint)) => return Ok(Reached::Checkpoint(checkpoint)),
            Some(Update::Ended(outcome)) => return Ok(Reached::End(outcome.hash())),
            Some(Update::Failed(error)) => return Err(Failure::Failed(error.to_string())),
            None => return Err(Failure::Failed("The part of the job that was run again broke off.".into())),
        }
    }
}
