//! How far a job runs before more is promised.

use compute_session::Deal;
use jobs::Job;
use protocol::{Address, Amount};

use crate::{Record, choosing::runs};

/// Instructions of a unit.
const UNIT: u64 = 1_000_000;

/// Units that run beyond what is promised: by the contract's rule for whoever runs the job. A juror looks at all of it.
pub fn open(job: &Job, me: Address) -> u64 {
    let price = job.run.as_ref().map_or(Amount::ZERO, |run| run.price);
    if runs(job, me) { job.terms.most_open(price.max(Amount(1))) } else { u64::MAX }
}

/// How many instructions may have run before it waits; counted, as everywhere, from the job's very first step.
pub fn allowed(deal: &Deal, record: &Record, open: u64) -> u64 {
    let units = record.promised().saturating_add(open);
    deal.begun.saturating_add(units.saturating_mul(UNIT))
}

/// Instructions between two checkpoints. A juror makes none.
pub fn every(deal: &Deal, job: &Job, me: Address) -> u64 {
    if runs(job, me) { deal.every() } else { u64::MAX }
}
