//! What was submitted: taken and accepted, or challenged while that is possible.

use std::{rc::Rc, time::Duration};

use compute_engine::Outcome;
use compute_recipe::{MODULE_CID, Output};
use compute_session::{Liar, SEALED_RESULT, delivery};
use jobs::{Job, Run, calls};
use link::sealing::open;
use protocol::cid::{Cid, Codec};

use super::{super::disputing, Running};
use crate::{failure::Failure, files};

/// Seconds in which two sides that reach the same server again have met, and said what is due.
const FOR_A_WORD: u64 = 30;
/// Seconds of the window that are left for the challenge itself.
const FOR_THE_CHALLENGE: u64 = 180;

impl Running<'_> {
    /// Accepts what was submitted, or challenges it. What is not shown yet is waited for; with a quarter of the time for a
    /// challenge left, the client finds out by itself.
    pub(super) async fn judge(&mut self, job: &Job, run: &Run) -> Result<(), Failure> {
        if let Err(lie) = self.chosen.side.with(|side| side.submitted(run.result)) {
            self.caught(lie);
        }
        let result = match self.found(job, run).await {
            Ok(result) => result,
            Err(failure) => {
                self.waits(&failure);
                let is_late = job.shown_by().is_some_and(|by| self.hiring.now.get() >= by);
                if self.lie.is_none() && is_late { self.runs_it_here(job, run).await } else { None }
            }
        };
        if let Some(lie) = &self.lie {
            return disputing::challenge(self.hiring, self.posted.id, job, lie).await;
        }
        if let Some(result) = result {
            self.writes(&result)?;
            self.hiring.chain.send(self.hiring.view.contract, calls::accept(self.posted.id, run.result)).await?;
            self.says("accepted", "the result is what was committed to on chain, and is accepted");
        }
        Ok(())
    }

    /// The result that the provider shows, after the audit of the last part if one was drawn. `None` after a lie.
    ///
    /// # Errors
    /// [`Failure`]: it is not there, or not in a form that can be opened.
    async fn found(&mut self, job: &Job, run: &Run) -> Result<Option<Vec<u8>>, Failure> {
        if let (None, Some(audit)) = (&self.lie, self.last) {
            self.audit(job, &audit).await?;
            self.last = None;
        }
        if self.lie.is_some() {
            return Ok(None);
        }
        let shown = self.shown.ok_or_else(|| Failure::Failed("The provider has not shown its result yet.".into()))?;
        let result = self.opened(shown.file).await?;
        match self.chosen.deal.outcome(&shown, result, run.log_head, run.units) {
            Ok(outcome) => Ok(Some(outcome.result)),
            Err(lie @ Liar::OtherUnits { .. }) => {
                self.caught(lie);
                Ok(None)
            }
            // What is committed to may be right all the same.
            Err(lie) => Err(Failure::Refused(lie.to_string())),
        }
    }

    /// Opens what was sealed to this client.
    async fn opened(&self, file: Cid) -> Result<Vec<u8>, Failure> {
        let sealed = self.hiring.shelf.get(file, SEALED_RESULT).await?;
        let delivery = delivery(&self.chosen.deal.of, self.hiring.me);
        open(&self.hiring.link.0, &delivery, &sealed).map_err(|error| Failure::Refused(error.to_string()))
    }

    /// Runs the rest of the job on this machine, since the provider does not show what it submitted, and holds it against what
    /// there is. `None` after a lie, and while it cannot be told.
    async fn runs_it_here(&mut self, job: &Job, run: &Run) -> Option<Vec<u8>> {
        if self.own.is_none() {
            self.says("runs", "the provider does not show its result in time, so the rest of the job is run here");
            self.own = Some(self.rest(job).await.map(Rc::new));
        }
        if let Ok(own) = self.own.clone()? {
            let is_paid_right = self.chosen.deal.check_units(run.units, own.instructions);
            let is_same = own.head == run.log_head
                && match &self.shown {
                    Some(shown) => own.hash() == shown.result,
                    None => self.is_sealed(&own.result, run).await,
                };
            match (is_paid_right, &self.shown) {
                (Err(lie), _) => self.caught(lie),
                (Ok(()), _) if is_same => return Some(own.result.clone()),
                (Ok(()), Some(_)) => self.caught(Liar::Audit { instructions: self.chosen.deal.begun }),
                (Ok(()), None) => {}
            }
        }
        if self.lie.is_none() && self.could_have_shown().await {
            self.caught(Liar::NotShown);
        }
        None
    }

    /// Whether a server has answered for long enough that the provider could have shown its result: where none does, that is no
    /// fault of the provider.
    async fn could_have_shown(&mut self) -> bool {
        if !self.hiring.shelf.is_reachable().await {
            self.reachable_since = None;
            self.waits(&Failure::Failed("No server answers, so the provider may have shown its result.".into()));
            return false;
        }
        let now = self.hiring.now.get();
        now - *self.reachable_since.get_or_insert(now) >= FOR_A_WORD
    }

    /// What comes out behind the last checkpoint that was promised pay, in time for a challenge.
    async fn rest(&self, job: &Job) -> Result<Outcome, Failure> {
        let from = self.chosen.side.look(|side| side.voucher().map(|voucher| voucher.checkpoint));
        let left = job.expires_at().unwrap_or_default().saturating_sub(self.hiring.now.get() + FOR_THE_CHALLENGE);
        let rest = self.auditor.rest(self.hiring, &self.posted, job, from);
        let rest = tokio::time::timeout(Duration::from_secs(left), rest).await;
        rest.map_err(|_| Failure::Failed("The job cannot be run here in time.".into()))?
    }

    /// Whether the file that was named on chain holds this, sealed to this client. The chain has the hash of its CID alone.
    async fn is_sealed(&self, result: &[u8], run: &Run) -> bool {
        for codec in [Codec::Raw, Codec::DagPb] {
            if self.opened(Cid { codec, digest: run.file }).await.is_ok_and(|found| found == result) {
                return true;
            }
        }
        false
    }

    fn writes(&self, result: &[u8]) -> Result<(), Failure> {
        let is_recipe = self.posted.posting.files.workload == MODULE_CID;
        match is_recipe.then(|| Output::decode(result)) {
            Some(Ok(Output::Trained { model, metrics })) => {
                files::write(&self.limits.out, &model, false)?;
                self.hiring.printer.say(&metrics);
            }
            Some(Ok(Output::Refused { why })) => self.says("refused", &why),
            _ => files::write(&self.limits.out, result, false)?,
        }
        Ok(())
    }
}
