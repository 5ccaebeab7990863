//! What an account can do about a job now, and until when: found by asking the rules themselves.

use protocol::{Address, Amount, Digest};

use crate::{Book, Call, Duty, ESCALATE_WINDOW, Job, Move, START_WINDOW, State};

/// Something that an account can do. `until` is when it is refused; where nothing names a time, none ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The client withdraws the job.
    Cancel,
    /// The client locks a quote.
    Lock { until: u64 },
    /// The provider starts.
    Start { until: u64 },
    /// The provider submits a result, or says that it failed.
    Submit { until: u64 },
    /// The client accepts the result.
    Accept,
    /// The result can be challenged, under a bond.
    Challenge { bond: Amount, until: u64 },
    /// Anyone draws the jurors; from the second block after the round began.
    Draw { until: u64 },
    /// A juror commits to its answer, or loses what it has locked.
    Commit { index: u8, until: u64 },
    /// A juror reveals its answer, or loses what it has locked.
    Reveal { index: u8, until: u64 },
    /// The provider shows to what it committed, or loses its stake.
    Show { until: u64 },
    /// A side that lost asks for a second round, under a bond.
    Escalate { bond: Amount, until: u64 },
    /// Anyone ends the dispute.
    Conclude,
    /// Anyone carries out what is due because a time is over.
    Expire,
    /// A party claims its part.
    Claim { amount: Amount },
}

impl Book {
    /// What the caller can do about a job.
    pub fn steps(&self, call: Call<'_>, id: u64) -> Vec<Step> {
        let Some(job) = self.job(id) else { return Vec::new() };
        let may = |what: &Move| self.decide(call, what).is_ok();
        let provider = job.run.as_ref().map(|run| run.provider);
        let result = job.run.as_ref().map_or(Digest::ZERO, |run| run.result);
        let amount = job.claimable(call.caller);
        let until_lock = job.terms.lock_by();
        let is_provider = provider == Some(call.caller);
        let posted = job.state == State::Posted && call.caller == job.client && call.now < until_lock;
        let submits = job.state == State::Running && is_provider && call.now < job.terms.deadline;
        let over = job.expires_at().unwrap_or(0);
        let challenge = Step::Challenge { bond: job.bond(job.juror_fee(), 1), until: over };
        let steps = [
            (posted, Step::Lock { until: until_lock }),
            (may(&Move::Cancel { job: id }), Step::Cancel),
            (may(&Move::Start { job: id }), Step::Start { until: job.since + START_WINDOW }),
            (submits, Step::Submit { until: job.terms.deadline }),
            (may(&Move::Accept { job: id, result }), Step::Accept),
            (may(&Move::Challenge { job: id, result }), challenge),
            (may(&Move::Expire { job: id }), Step::Expire),
            (may(&Move::Conclude { job: id }), Step::Conclude),
            (amount > Amount::ZERO, Step::Claim { amount }),
        ];
        let steps = steps.into_iter().filter(|(can, _)| *can).map(|(_, step)| step);
        steps.chain(in_dispute(job, call, is_provider, &may, id)).collect()
    }

    /// What accounts are owed beside parts of jobs.
    pub fn owed_to(&self, account: Address) -> Amount {
        self.owed.get(&account).copied().unwrap_or(Amount::ZERO)
    }
}

fn in_dispute(job: &Job, call: Call<'_>, is_provider: bool, may: &impl Fn(&Move) -> bool, id: u64) -> Vec<Step> {
    let Some(dispute) = job.dispute.as_ref().filter(|_| job.state == State::Disputed) else { return Vec::new() };
    let mut steps = Vec::new();
    if may(&Move::Draw { job: id }) {
        steps.push(Step::Draw { until: dispute.concludes_at() });
    }
    let revealing = dispute.drawn && (dispute.commit_by..dispute.reveal_by).contains(&call.now);
    let earlier = if dispute.round == 2 { dispute.first } else { 0 };
    let mine = dispute.jurors.iter().enumerate().skip(earlier).filter(|(_, juror)| juror.who == call.caller);
    for (index, juror) in mine {
        let index = index as u8;
        if may(&Move::Commit { job: id, index, commitment: Digest([1; 32]) }) {
            steps.push(Step::Commit { index, until: dispute.commit_by });
        }
        if revealing && juror.duty == Duty::Committed {
            steps.push(Step::Reveal { index, until: dispute.reveal_by });
        }
    }
    if revealing && is_provider && dispute.shown.is_none() {
        steps.push(Step::Show { until: dispute.reveal_by });
    }
    if may(&Move::Escalate { job: id }) {
        let until = dispute.reveal_by + ESCALATE_WINDOW;
        steps.push(Step::Escalate { bond: job.bond(dispute.fee, 2), until });
    }
    steps
}
