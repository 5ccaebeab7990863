//! What was submitted: taken and accepted, or challenged while that is possible.

use std::{
    rc::Rc,
    time::{Duration, Instant as Moment},
};

use compute_engine::Outcome;
use compute_recipe::{MODULE_CID, Output};
use compute_session::{Judged, Liar, News, SEALED_RESULT, delivery};
use jobs::{Job, Run, calls};
use link::sealing::open;
use protocol::cid::{Cid, Codec};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::{AGAIN, Running, sent::Deed};
use crate::{failure::Failure, files};

/// Seconds of the window that are left for the challenge itself.
const FOR_THE_CHALLENGE: u64 = 180;
/// Why a job is run here.
const DOES_NOT_DO: &str = "what the provider says of its result does not do, so the job is run here";
const DRAWN: &str = "its last part was drawn to be run again, and is run here";

/// What the job came to on this machine. What could not be run is tried again.
pub(super) enum Own {
    Came(Rc<Outcome>),
    /// It was not done while a challenge was possible.
    TooLate,
}

/// What is to be done about what was submitted.
enum Found {
    /// It is right: this came out.
    Right(Vec<u8>),
    /// No jurors can find it right.
    Wrong(Liar),
    /// It may be either, so no bond is put on it.
    Open,
}

/// How long something may be run here before nothing can be challenged any more for which that shows a reason.
fn left(job: &Job, now: u64) -> Duration {
    Duration::from_secs(job.expires_at().unwrap_or_default().saturating_sub(now + FOR_THE_CHALLENGE))
}

fn unshown() -> Failure {
    Failure::Failed("The provider has not shown its result yet.".into())
}

fn too_late() -> Failure {
    Failure::Failed(
        "It cannot be run here in time for a challenge. Look at the result yourself before the time for a challenge is over.".into(),
    )
}

impl Running<'_> {
    /// Accepts what was submitted, or challenges it. What is not shown yet is waited for; with a quarter of the time for a
    /// challenge left, the client finds out by itself.
    pub(super) async fn judge(&mut self, job: &Job, run: &Run) -> Result<(), Failure> {
        if let Some(shown) = self.chosen.side.with(|side| side.submitted(run.result)) {
            self.hears(News::Shown(shown))?;
        }
        if self.judges_at.is_some_and(|at| Moment::now() < at) {
            return Ok(());
        }
        let judged = self.judges(job, run).await;
        self.judges_at = Some(Moment::now() + AGAIN);
        judged
    }

    async fn judges(&mut self, job: &Job, run: &Run) -> Result<(), Failure> {
        // Of all that is run here now.
        let until = Instant::now() + left(job, self.hiring.clock.now());
        let found = match self.found(job, run, until).await {
            Ok(found) => found,
            Err(failure) => {
                if job.shown_by().is_some_and(|by| self.hiring.clock.now() >= by) {
                    self.runs_it_here(job, run, until, DOES_NOT_DO).await?
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
                let challenged = self.challenges(job, &lie).await;
                // After the challenge, whose time is short.
                if let Some(Own::Came(own)) = &self.own {
                    let own = own.clone();
                    self.writes(&own.result)?;
                }
                challenged
            }
            Found::Open => Ok(()),
        }
    }

    /// What the provider shows, after the audit of the last part if one was drawn. Once it has lied about anything, the job is run
    /// here: what it submitted may be right all the same. Once that was done, nothing that is shown is taken without it.
    ///
    /// # Errors
    /// [`Failure`]: it is not there, or not in a form that can be opened.
    async fn found(&mut self, job: &Job, run: &Run, until: Instant) -> Result<Found, Failure> {
        if matches!(self.own, Some(Own::Came(_))) {
            return self.runs_it_here(job, run, until, DOES_NOT_DO).await;
        }
        if self.shown.is_none() {
            return Err(unshown());
        }
        if let (false, Some(audit)) = (self.has_lied(), self.last) {
            if self.begins_soundly(&audit) {
                // It is all that was not run here yet, and what comes out judges the result.
                return self.runs_it_here(job, run, until, DRAWN).await;
            }
            if !self.audit(job, &audit, sleep_until(until)).await? {
                self.waits(&too_late());
                return Ok(Found::Open);
            }
            self.last = None;
        }
        if self.has_lied() {
            return self.runs_it_here(job, run, until, DOES_NOT_DO).await;
        }
        self.shows(run).await
    }

    /// What the provider shows, opened and held against what stands on chain.
    ///
    /// # Errors
    /// [`Failure`]: it is not there, or not in a form that can be opened.
    async fn shows(&self, run: &Run) -> Result<Found, Failure> {
        let shown = self.shown.ok_or_else(unshown)?;
        if shown.file.digest != run.file {
            return Err(Failure::Refused("The provider shows another file than it named on chain.".into()));
        }
        let result = self.unsealed(&self.hiring.shelf.get(shown.file, SEALED_RESULT).await?)?;
        match self.chosen.deal.outcome(&shown, result, run.log_head, run.units) {
            Ok(outcome) => Ok(Found::Right(outcome.result)),
            Err(lie @ Liar::OtherUnits { .. }) => Ok(Found::Wrong(lie)),
            Err(lie) => Err(Failure::Refused(lie.to_string())),
        }
    }

    /// Takes what the provider shows of a result that is paid, and was not taken before.
    ///
    /// # Errors
    /// [`Failure`]: it is not there, not in a form that can be opened, or cannot be written.
    pub(super) async fn takes(&mut self, run: &Run) -> Result<(), Failure> {
        match self.shows(run).await? {
            Found::Right(result) => self.writes(&result),
            Found::Wrong(lie) => Err(Failure::Refused(lie.to_string())),
            Found::Open => Ok(()),
        }
    }

    /// Opens what was sealed to this client.
    fn unsealed(&self, sealed: &[u8]) -> Result<Vec<u8>, Failure> {
        let delivery = delivery(&self.chosen.deal.of, self.hiring.me);
        open(&self.hiring.link.0, &delivery, sealed).map_err(|error| Failure::Refused(error.to_string()))
    }

    /// Runs the job on this machine, and holds what comes out against what was submitted.
    ///
    /// # Errors
    /// [`Failure`]: it cannot be run here now, or the result cannot be written.
    async fn runs_it_here(&mut self, job: &Job, run: &Run, until: Instant, why: &str) -> Result<Found, Failure> {
        if self.own.is_none() {
            self.own = self.runs_the_rest(job, until, why).await;
        }
        let own = match &self.own {
            Some(Own::Came(own)) => own.clone(),
            Some(Own::TooLate) => {
                self.waits(&too_late());
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

    /// What comes out behind the last checkpoint up to which all was run here before, in time for a challenge; `None` where it
    /// cannot be run now. One that was only promised pay may be made up, while the result is right.
    async fn runs_the_rest(&mut self, job: &Job, until: Instant, why: &str) -> Option<Own> {
        if !std::mem::replace(&mut self.runs_here, true) {
            self.says("runs", why);
        }
        let from = self.sound.map(|sound| sound.file);
        let rest = self.auditor.rest(self.hiring, &self.posted, job, from);
        match timeout_at(until, rest).await {
            Ok(Ok(came)) => Some(Own::Came(Rc::new(came))),
            Ok(Err(failure)) => {
                self.waits(&failure);
                None
            }
            Err(_) => Some(Own::TooLate),
        }
    }

    /// Whether the file that was named on chain holds this, sealed to this client. The chain has the hash of its CID alone. A file
    /// that cannot be had now is asked for again.
    async fn is_sealed(&mut self, result: &[u8], run: &Run) -> bool {
        for codec in [Codec::Raw, Codec::DagPb] {
            if self.is_there.is_some() {
                break;
            }
            if let Ok(sealed) = self.hiring.shelf.get(Cid { codec, digest: run.file }, SEALED_RESULT).await {
                self.is_there = Some(self.unsealed(&sealed).is_ok_and(|found| found == result));
            }
        }
        self.is_there == Some(true)
    }

    /// Writes what came out, once.
    fn writes(&mut self, result: &[u8]) -> Result<(), Failure> {
        if self.is_written {
            return Ok(());
        }
        let is_recipe = self.posted.posting.files.workload == MODULE_CID;
        match is_recipe.then(|| Output::decode(result)) {
            Some(Ok(Output::Trained { model, metrics })) => {
                files::write(&self.kept.ordered().out, &model, false)?;
                self.hiring.printer.say(&metrics);
            }
            Some(Ok(Output::Refused { why })) => {
                self.says("refused", &why);
                self.refused = Some(why);
            }
            _ => files::write(&self.kept.ordered().out, result, false)?,
        }
        self.is_written = true;
        self.keeps(|ordered| ordered.written = true);
        Ok(())
    }
}
