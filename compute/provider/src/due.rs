//! What is sent to the contract about a job, by what the chain and the provider know of it.

use compute_session::code;
use jobs::{Job, Run, State, Step, calls, typed_data};
use protocol::{Address, Digest};
use serde::{Deserialize, Serialize};

use crate::{
    End, Record,
    choosing::{judges, runs},
};

/// Seconds before the deadline in which a job that cannot be submitted is given up, to be paid by the last voucher.
const CLOSE: u64 = 60;

/// A job as its provider sees it.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    pub id: u64,
    pub job: &'a Job,
    /// What the rules allow this account.
    pub steps: &'a [Step],
    pub record: &'a Record,
    /// All that it names is here and checked.
    pub is_prepared: bool,
    pub me: Address,
    /// Time of the next block.
    pub now: u64,
}

/// What a provider does about a job on chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Start,
    Submit,
    /// It is paid by the last voucher.
    GiveUp,
    /// The time to challenge is over.
    Settle,
    Show,
    Claim,
    /// As a juror.
    Commit,
    Reveal,
    /// Jurors, of a dispute about what it ran: where nobody draws, what no voucher promises is not paid.
    Draw,
    /// Who was right is paid by it, and what is locked is freed.
    Conclude,
    /// The best voucher, in a dispute: it counts where nothing is decided.
    Redeem,
}

impl What {
    /// In the past, as programs report it.
    pub fn done(self) -> &'static str {
        match self {
            Self::Start => "started",
            Self::Submit => "submitted",
            Self::GiveUp => "given up",
            Self::Settle => "settled",
            Self::Show => "shown",
            Self::Claim => "claimed",
            Self::Commit => "committed",
            Self::Reveal => "revealed",
            Self::Draw => "drew the jurors",
            Self::Conclude => "concluded",
            Self::Redeem => "showed the voucher",
        }
    }
}

/// One or two calls, the second once the first stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    pub what: What,
    /// Call data, in order.
    pub calls: Vec<Vec<u8>>,
}

impl Act {
    fn one(what: What, call: Vec<u8>) -> Self {
        Self { what, calls: vec![call] }
    }

    fn after(voucher: Option<Vec<u8>>, what: What, call: Vec<u8>) -> Self {
        Self { what, calls: voucher.into_iter().chain([call]).collect() }
    }
}

/// What is due now, if anything is.
pub fn due(look: &Look<'_>) -> Option<Act> {
    let Look { id, job, steps, record, me, now, .. } = *look;
    let mine = job.run.as_ref().filter(|_| runs(job, me));
    match (job.state, mine) {
        (State::Locked, Some(_)) => {
            let starts = look.is_prepared && record.failed.is_none();
            starts.then(|| Act::one(What::Start, calls::start(id)))
        }
        (State::Running, Some(run)) => {
            let redeem = redeems(id, run, record);
            let promised = run.agreed.max(record.promised());
            let late = now.saturating_add(CLOSE) >= job.terms.deadline;
            let given_up = record.failed.or(record.stopped.then_some(code::STOPPED));
            let gives_up = |redeem, code| Some(Act::after(redeem, What::GiveUp, calls::fail(id, code)));
            match (record.end, given_up) {
                (Some(end), _) if submits(job, run, &end, promised) => {
                    let open = end.units.min(job.terms.units).saturating_sub(run.agreed);
                    let redeem = redeem.filter(|_| open > job.terms.most_open(run.price));
                    let answer = typed_data::answer(end.result, end.units);
                    let result = typed_data::commitment(id, 0, me, answer, record.salt(0));
                    let submit = calls::submit(id, result, end.file.digest, end.units, end.log_head);
                    Some(Act::after(redeem, What::Submit, submit))
                }
                (_, Some(code)) => gives_up(redeem, code),
                (Some(_), None) if late => gives_up(redeem, code::UNPAID),
                (None, None) if now >= job.terms.deadline => gives_up(redeem, code::LATE),
                _ => None,
            }
        }
        (State::Submitted, Some(_)) => steps.contains(&Step::Expire).then(|| Act::one(What::Settle, calls::expire(id))),
        (State::Disputed, Some(run)) => of_dispute(look, run),
        (State::Disputed, None) if steps.contains(&Step::Conclude) => {
            Some(Act::one(What::Conclude, calls::conclude(id)))
        }
        (State::Disputed, None) => steps.iter().find_map(|step| judge(look, *step)),
        (_, Some(_)) => {
            let claims = steps.iter().any(|step| matches!(step, Step::Claim { .. }));
            claims.then(|| Act::one(What::Claim, calls::claim(id)))
        }
        _ => None,
    }
}

/// What a provider does in a dispute about what it ran, first what it loses its stake without.
fn of_dispute(look: &Look<'_>, run: &Run) -> Option<Act> {
    let Look { id, steps, record, .. } = *look;
    let draws = steps.iter().any(|step| matches!(step, Step::Draw { .. }));
    let shows = steps.iter().any(|step| matches!(step, Step::Show { .. }));
    let end = record.end.filter(|_| shows);
    if draws {
        Some(Act::one(What::Draw, calls::draw(id)))
    } else if let Some(end) = end {
        Some(Act::one(What::Show, calls::show(id, end.result, record.salt(0))))
    } else if let Some(redeem) = redeems(id, run, record) {
        Some(Act::one(What::Redeem, redeem))
    } else {
        steps.contains(&Step::Conclude).then(|| Act::one(What::Conclude, calls::conclude(id)))
    }
}

/// The call that shows a voucher which is better than the last one that was shown.
fn redeems(id: u64, run: &Run, record: &Record) -> Option<Vec<u8>> {
    let voucher = record.voucher.filter(|voucher| voucher.units > run.agreed)?;
    Some(calls::redeem(id, voucher.units, voucher.checkpoint.digest, &voucher.signature.0))
}

/// What a juror does: it has run the job itself, or says that it could not.
fn judge(look: &Look<'_>, step: Step) -> Option<Act> {
    let Look { id, record, me, .. } = *look;
    let round = look.job.dispute.as_ref()?.round;
    let (result, units) = match (record.failed, record.end) {
        // It was told so, and stays so: what is revealed is what was committed to.
        (Some(_), _) => (Digest::ZERO, 0),
        (None, Some(end)) => (end.result, end.units),
        (None, None) => return None,
    };
    match step {
        Step::Commit { index, .. } => {
            let answer = typed_data::answer(result, units);
            let commitment = typed_data::commitment(id, round, me, answer, record.salt(round));
            Some(Act::one(What::Commit, calls::commit(id, index, commitment)))
        }
        Step::Reveal { index, .. } => {
            Some(Act::one(What::Reveal, calls::reveal(id, index, result, units, record.salt(round))))
        }
        _ => None,
    }
}

/// Whether a juror that has no answer yet must say now that it cannot run the job: one that is silent loses what it has locked.
pub fn cannot_judge(look: &Look<'_>) -> bool {
    let Look { job, record, me, now, .. } = *look;
    let is_late = |until: u64| now.saturating_add(CLOSE) >= until && now < until;
    let is_due = job.dispute.as_ref().is_some_and(|dispute| dispute.drawn && is_late(dispute.commit_by));
    judges(job, me) && !runs(job, me) && is_due && record.end.is_none() && record.failed.is_none()
}

/// Whether the contract takes a submission, with what is promised shown before it.
fn submits(job: &Job, run: &Run, end: &End, promised: u64) -> bool {
    end.units.min(job.terms.units).saturating_sub(promised) <= job.terms.most_open(run.price)
}
