//! What was submitted: taken and accepted, or challenged while that is possible.

use std::{rc::Rc, time::Duration};

use compute_engine::Outcome;
use compute_recipe::{MODULE_CID, Output};
use compute_session::{Judged, Liar, News, SEALED_RESULT, delivery};
use jobs::{Job, Run, calls};
use link::sealing::open;
use protocol::cid::{Cid, Codec};

use super::{Running, sent::Deed};
use crate::{failure::Failure, files};

/// Seconds of the window that are left for the challenge itself.
const FOR_THE_CHALLENGE: u64 = 180;

/// What is to be done about what was submitted.
enum Found {
    /// It is right: this came out.
    Right(Vec<u8>),
    /// No jurors can find it right.
    Wrong(Liar),
    /// It may be either, so no bond is put on it.
    Open,
}

impl Running<'_> {
    /// Accepts what was submitted, or challenges it. What is not shown yet is waited for; with a quarter of the time for a
    /// challenge left, the client finds out by itself.
    pub(super) async fn judge(&mut self, job: &Job, run: &Run) -> Result<(), Failure> {
        if let Some(shown) = self.chosen.side.with(|side| side.submitted(run.result)) {
            self.hears(News::Shown(shown))?;
        }
        let found = match self.found(job, run).await {
            Ok(found) => found,
            Err(failure) => {
                if job.shown_by().is_some_and(|by| self.hiring.now.get() >= by) {
                    self.runs_it_here(job, run).await?
                } else {
                    self.waits(&failure);
                    Found::Open
                }
            }
        };
        match found {
            Found::Right(result) => {
                self.writes(&result)?;
                let accept = calls::accept(self.posted.id, run.result);
                if self.does(Deed::Accept, job, accept).await? {
                    self.says("accepted", "the result is right, and is accepted");
                }
                Ok(())
            }
            Found::Wrong(lie) => {
                self.caught(lie.clone());
                self.challenges(job, &lie).await
            }
            Found::Open => Ok(()),
        }
    }

    /// What the provider shows, after the audit of the last part if one was drawn. Once it has lied about anything, the job is run
    /// here: what it submitted may be right all the same. Once that was done, nothing that is shown is taken without it.
    ///
    /// # Errors
    /// [`Failure`]: it is not there, or not in a form that can be opened.
    async fn found(&mut self, job: &Job, run: &Run) -> Result<Found, Failure> {
        if matches!(self.own, Some(Ok(_))) {
            return self.runs_it_here(job, run).await;
        }
        let shown = self.shown.ok_or_else(|| Failure::Failed("The provider has not shown its result yet.".into()))?;
        if let (None, Some(audit)) = (&self.lie, self.last) {
            self.audit(job, &audit).await?;
            self.last = None;
        }
        if self.lie.is_some() {
            return self.runs_it_here(job, run).await;
        }
        if shown.file.digest != run.file {
            return Err(Failure::Refused("The provider shows another file than it named on chain.".into()));
        }
        let result = self.opened(shown.file).await?;
        match self.chosen.deal.outcome(&shown, result, run.log_head, run.units) {
            Ok(outcome) => Ok(Found::Right(outcome.result)),
            Err(lie @ Liar::OtherUnits { .. }) => Ok(Found::Wrong(lie)),
            Err(lie) => Err(Failure::Refused(lie.to_string())),
        }
    }

    /// Opens what was sealed to this client.
    async fn opened(&self, file: Cid) -> Result<Vec<u8>, Failure> {
        let sealed = self.hiring.shelf.get(file, SEALED_RESULT).await?;
        let delivery = delivery(&self.chosen.deal.of, self.hiring.me);
        open(&self.hiring.link.0, &delivery, &sealed).map_err(|error| Failure::Refused(error.to_string()))
    }

    /// Runs the job on this machine, and holds what comes out against what was submitted.
    ///
    /// # Errors
    /// [`Failure`]: the result cannot be written.
    async fn runs_it_here(&mut self, job: &Job, run: &Run) -> Result<Found, Failure> {
        if self.own.is_none() {
            self.says("runs", "what the provider says of its result does not do, so the job is run here");
            self.own = Some(self.rest(job).await.map(Rc::new));
        }
        let own = match &self.own {
            Some(Ok(own)) => own.clone(),
            Some(Err(failure)) => {
                let failure = failure.clone();
                self.waits(&failure);
                return Ok(Found::Open);
            }
            None => return Ok(Found::Open),
        };
        let is_there = self.shown.is_none() && own.head == run.log_head && self.is_sealed(&own.result, run).await;
        Ok(match self.chosen.deal.judge(&own, self.shown.as_ref(), run.units, is_there) {
            Judged::Right => Found::Right(own.result.clone()),
            Judged::Wrong(lie) => Found::Wrong(lie),
            Judged::Open => {
                self.writes(&own.result)?;
                self.waits(&Failure::Refused(
                    "The provider does not show what it submitted. What came out here is written; whether the other is the same, \
                     nobody can tell before a challenge, which costs the bond where it is."
                        .into(),
                ));
                Found::Open
            }
        })
    }

    /// What comes out behind the last checkpoint up to which all was run here before, in time for a challenge. One that was only
    /// promised pay may be made up, while the result is right.
    async fn rest(&self, job: &Job) -> Result<Outcome, Failure> {
        let from = self.sound.map(|sound| sound.file);
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

    /// Writes what came out, once.
    fn writes(&mut self, result: &[u8]) -> Result<(), Failure> {
        if self.is_written {
            return Ok(());
        }
        let is_recipe = self.posted.posting.files.workload == MODULE_CID;
        match is_recipe.then(|| Output::decode(result)) {
            Some(Ok(Output::Trained { model, metrics })) => {
                files::write(&self.limits.out, &model, false)?;
                self.hiring.printer.say(&metrics);
            }
            Some(Ok(Output::Refused { why })) => self.says("refused", &why),
            _ => files::write(&self.limits.out, result, false)?,
        }
        self.is_written = true;
        Ok(())
    }
}
