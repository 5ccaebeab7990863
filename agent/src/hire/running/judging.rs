//! What was submitted: taken and accepted, or challenged while that is possible.

use compute_recipe::{MODULE_CID, Output};
use compute_session::{Liar, SEALED_RESULT, Shown, delivery};
use jobs::{Job, Run, calls};
use link::sealing::open;
use protocol::cid::{Cid, Codec};

use super::{super::disputing, Running};
use crate::{failure::Failure, files};

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
                // Where no server answers, that is no fault of the provider.
                if self.lie.is_some() || !is_late || !self.hiring.shelf.is_reachable().await {
                    None
                } else {
                    self.runs_it_here(job, run).await?
                }
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
        let outcome = shown.outcome(result, run.log_head).map_err(|liar| Failure::Refused(liar.to_string()))?;
        Ok(Some(outcome.result))
    }

    /// Opens what was sealed to this client.
    async fn opened(&self, file: Cid) -> Result<Vec<u8>, Failure> {
        let sealed = self.hiring.shelf.get(file, SEALED_RESULT).await?;
        let delivery = delivery(&self.chosen.deal.of, self.hiring.me);
        open(&self.hiring.link.0, &delivery, &sealed).map_err(|error| Failure::Refused(error.to_string()))
    }

    /// Runs the whole job on this machine, since the provider does not show what it submitted, and holds it against what there is.
    /// `None` after a lie, or if it cannot be run here now.
    async fn runs_it_here(&mut self, job: &Job, run: &Run) -> Result<Option<Vec<u8>>, Failure> {
        if self.own.is_none() {
            self.says("runs", "the provider does not show its result in time, so the job is run here");
            match self.auditor.whole(self.hiring, &self.posted, job).await {
                Ok(outcome) => self.own = Some(outcome),
                Err(failure) => {
                    self.waits(&failure);
                    return Ok(None);
                }
            }
        }
        let Some(own) = &self.own else { return Ok(None) };
        let is_same = match &self.shown {
            Some(Shown { result, .. }) => own.hash() == *result,
            None => self.is_sealed(&own.result, run).await,
        };
        if is_same {
            return Ok(self.own.take().map(|own| own.result));
        }
        let begun = self.chosen.deal.begun;
        let lie = if self.shown.is_some() { Liar::Audit { instructions: begun } } else { Liar::NotShown };
        self.caught(lie);
        Ok(None)
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
