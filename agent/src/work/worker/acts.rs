//! What is sent to the contract about a job.

use std::{
    rc::Rc,
    time::{Duration, Instant},
};

use compute_session::code;
use jobs::{Job, Run, State, Step, calls, typed_data};
use protocol::Digest;
use tokio::task::spawn_local;

use super::{Context, live::Live};
use crate::{
    failure::Failure,
    work::{kept::End, view::runs},
};

/// Before what was refused is tried again.
const AGAIN: Duration = Duration::from_secs(3);
/// Seconds before the deadline in which a job that cannot be submitted is given up, to be paid by the last voucher.
const CLOSE: u64 = 60;

impl Live {
    /// Does what the chain waits for, one transaction after the other, beside everything else.
    pub fn act(self: &Rc<Self>, context: &Rc<Context>, job: &Job, steps: &[Step], now: u64) {
        if runs(job, context.me) && matches!(job.state, State::Submitted | State::Disputed | State::Settled) {
            self.show();
        }
        self.give_up_judging(context, job, now);
        let is_soon = self.acted.get().is_some_and(|since| since.elapsed() < AGAIN);
        if self.acting.get() || is_soon {
            return;
        }
        let Some(act) = self.due(context, job, steps, now) else { return };
        self.acting.set(true);
        let (live, context) = (self.clone(), context.clone());
        spawn_local(async move {
            let (what, sent) = act.send(&context, live.id).await;
            match sent {
                Ok(()) => live.tell(&context, what, &format!("{what}: in a block")),
                Err(failure) => {
                    live.acted.set(Some(Instant::now()));
                    live.tell(&context, "waits", &failure.to_string());
                }
            }
            live.acting.set(false);
            context.changed.notify_one();
        });
    }

    /// A juror who cannot run a job says so while there is time for it: one that is silent loses what it has locked.
    fn give_up_judging(&self, context: &Context, job: &Job, now: u64) {
        let is_open = |until: u64| now + CLOSE >= until && now < until;
        let is_late = job.dispute.as_ref().is_some_and(|dispute| dispute.drawn && is_open(dispute.commit_by));
        let is_done = self.kept.borrow().end().is_some() || self.kept.borrow().failed().is_some();
        if job.state == State::Disputed && !runs(job, context.me) && is_late && !is_done {
            self.stop();
            self.fail(context, code::CANNOT, "it could not be run again in time, which its dispute is told");
        }
    }

    fn due(&self, context: &Context, job: &Job, steps: &[Step], now: u64) -> Option<Act> {
        let kept = self.kept.borrow();
        let mine = job.run.as_ref().filter(|run| run.provider == context.me);
        match (job.state, mine) {
            (State::Locked, Some(_)) => {
                let starts = self.is_prepared() && kept.failed().is_none();
                starts.then_some(Act::Call("started", calls::start(self.id)))
            }
            (State::Running, Some(run)) => {
                let shows = kept.voucher().filter(|voucher| voucher.units > run.agreed);
                let redeem = shows.map(|v| calls::redeem(self.id, v.units, v.checkpoint.digest, &v.signature.0));
                let promised = shows.map_or(run.agreed, |voucher| voucher.units);
                let late = now + CLOSE >= job.terms.deadline;
                let given_up = kept.failed().or(kept.is_stopped().then_some(code::STOPPED));
                match (kept.end(), given_up) {
                    (Some(end), _) if submits(job, run, &end, promised) => {
                        let open = end.units.min(job.terms.units).saturating_sub(run.agreed);
                        let redeem = redeem.filter(|_| open > job.terms.most_open(run.price));
                        let salt = kept.salt(0);
                        let answer = typed_data::answer(end.result, end.units);
                        let result = typed_data::commitment(self.id, 0, context.me, answer, salt);
                        let submit = calls::submit(self.id, result, end.file.digest, end.units, end.log_head);
                        Some(Act::Submit(redeem, submit))
                    }
                    (_, Some(code)) => Some(Act::GiveUp(redeem, code)),
                    (Some(_), None) if late => Some(Act::GiveUp(redeem, code::UNPAID)),
                    (None, None) if now >= job.terms.deadline => Some(Act::GiveUp(redeem, code::LATE)),
                    _ => None,
                }
            }
            (State::Submitted, Some(_)) => {
                steps.contains(&Step::Expire).then(|| Act::Call("settled", calls::expire(self.id)))
            }
            // Who was right is paid by it, and what is locked is freed.
            (State::Disputed, _) if steps.contains(&Step::Conclude) => {
                Some(Act::Call("concluded", calls::conclude(self.id)))
            }
            // Where nobody draws, nothing is decided, and what no voucher promises is not paid.
            (State::Disputed, Some(_)) if steps.iter().any(|step| matches!(step, Step::Draw { .. })) => {
                Some(Act::Call("drew the jurors", calls::draw(self.id)))
            }
            (State::Disputed, Some(_)) => {
                let end = kept.end()?;
                let shows = steps.iter().any(|step| matches!(step, Step::Show { .. }));
                shows.then(|| Act::Call("shown", calls::show(self.id, end.result, kept.salt(0))))
            }
            (State::Disputed, None) => steps.iter().find_map(|step| self.judge(context, job, *step)),
            (_, Some(_)) => {
                let claims = steps.iter().any(|step| matches!(step, Step::Claim { .. }));
                claims.then(|| Act::Call("claimed", calls::claim(self.id)))
            }
            _ => None,
        }
    }

    /// What a juror does: it has run the job itself, or says that it could not.
    fn judge(&self, context: &Context, job: &Job, step: Step) -> Option<Act> {
        let kept = self.kept.borrow();
        let round = job.dispute.as_ref()?.round;
        let (result, units) = match (kept.failed(), kept.end()) {
            // It was told so, and stays so: what is revealed is what was committed to.
            (Some(_), _) => (Digest::ZERO, 0),
            (None, Some(end)) => (end.result, end.units),
            (None, None) => return None,
        };
        match step {
            Step::Commit { index, .. } => {
                let answer = typed_data::answer(result, units);
                let commitment = typed_data::commitment(self.id, round, context.me, answer, kept.salt(round));
                Some(Act::Call("committed", calls::commit(self.id, index, commitment)))
            }
            Step::Reveal { index, .. } => {
                Some(Act::Call("revealed", calls::reveal(self.id, index, result, units, kept.salt(round))))
            }
            _ => None,
        }
    }
}

/// Whether the contract takes a submission, with what is promised shown before it.
fn submits(job: &Job, run: &Run, end: &End, promised: u64) -> bool {
    end.units.min(job.terms.units).saturating_sub(promised) <= job.terms.most_open(run.price)
}

enum Act {
    Call(&'static str, Vec<u8>),
    /// The voucher first, where it is needed.
    Submit(Option<Vec<u8>>, Vec<u8>),
    GiveUp(Option<Vec<u8>>, u16),
}

impl Act {
    async fn send(self, context: &Context, id: u64) -> (&'static str, Result<(), Failure>) {
        let (what, first, last) = match self {
            Self::Call(what, call) => (what, None, call),
            Self::Submit(redeem, submit) => ("submitted", redeem, submit),
            Self::GiveUp(redeem, code) => ("given up", redeem, calls::fail(id, code)),
        };
        let sent = async {
            for call in first.into_iter().chain([last]) {
                context.chain.send(context.contract, call).await?;
            }
            Ok(())
        };
        (what, sent.await)
    }
}
