//! What is sent about a job: a challenge under a bond, what brings a dispute to its end, and what is due when a time is over.

use std::time::Instant;

use compute_session::Liar;
use jobs::{Job, State, Step, calls};

use super::{Running, sent::Deed};
use crate::failure::Failure;

impl Running<'_> {
    /// What the rules allow this client now, as far as the chain was read.
    fn steps(&self) -> Vec<Step> {
        self.hiring.view.as_caller(self.hiring.me, |book, call| book.steps(call, self.posted.id))
    }

    /// Challenges what was submitted, if the rules allow it still.
    ///
    /// # Errors
    /// [`Failure`]
    pub(super) async fn challenges(&mut self, job: &Job, why: &Liar) -> Result<(), Failure> {
        let bond = self.steps().into_iter().find_map(|step| match step {
            Step::Challenge { bond, .. } => Some(bond),
            _ => None,
        });
        let Some(bond) = bond else {
            self.waits(&Failure::Refused(format!("The result is wrong, and cannot be challenged any more. {why}")));
            return Ok(());
        };
        if !self.sent.begins(Deed::Challenge, job, Instant::now()) {
            return Ok(());
        }
        let permit = self.hiring.chain.permit(self.hiring.view.contract, bond).await?;
        let result = job.run.as_ref().map(|run| run.result).unwrap_or_default();
        if self.sends(calls::challenge(self.posted.id, result, permit.as_ref())).await? {
            self.says("challenged", &format!("the result is challenged under a bond of {bond} MDC: {why}"));
        }
        Ok(())
    }

    /// Does what anybody can do to bring a dispute to its end.
    ///
    /// # Errors
    /// [`Failure`]
    pub(super) async fn moves_on(&mut self, job: &Job) -> Result<(), Failure> {
        let id = self.posted.id;
        let due = self.steps().into_iter().find_map(|step| match step {
            Step::Draw { .. } => Some((Deed::Draw, "drew the jurors", calls::draw(id))),
            Step::Conclude => Some((Deed::Conclude, "concluded", calls::conclude(id))),
            _ => None,
        });
        if let Some((deed, done, call)) = due
            && self.does(deed, job, call).await?
        {
            self.says("moved", done);
        }
        Ok(())
    }

    /// Ends a job whose time is over, since nobody else may do it. Whether that is due.
    ///
    /// # Errors
    /// [`Failure`]
    pub(super) async fn expires(&mut self, job: &Job) -> Result<bool, Failure> {
        if !self.steps().contains(&Step::Expire) {
            return Ok(false);
        }
        let why = match job.state {
            State::Locked => "its provider has not started it in time, so all of the money goes back",
            State::Running => "its provider has submitted nothing in time, so it is paid by the last voucher",
            State::Submitted => "the time for a challenge is over, so what was submitted is paid",
            _ => return Ok(false),
        };
        if self.does(Deed::Expire, job, calls::expire(self.posted.id)).await? {
            self.says("expired", why);
        }
        Ok(true)
    }

    /// Sends a call about a job as it stands, unless it was sent for the same a moment ago. Whether it is in a block now.
    ///
    /// # Errors
    /// [`Failure`]
    pub(super) async fn does(&mut self, deed: Deed, job: &Job, call: Vec<u8>) -> Result<bool, Failure> {
        if self.sent.begins(deed, job, Instant::now()) { self.sends(call).await } else { Ok(false) }
    }

    /// Sends a call. Where the contract refuses it, somebody else was first, or something is missing: that is told, and what stands
    /// on chain is looked at again.
    async fn sends(&mut self, call: Vec<u8>) -> Result<bool, Failure> {
        match self.hiring.chain.send(self.hiring.view.contract, call).await {
            Ok(_) => Ok(true),
            Err(failure @ Failure::Refused(_)) => {
                self.waits(&failure);
                Ok(false)
            }
            Err(failure) => Err(failure),
        }
    }
}
