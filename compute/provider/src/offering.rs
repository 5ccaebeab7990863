//! What is offered, and what a quote says.

use compute_recipe::MODULE_CID;
use compute_session::Details;
use jobs::{Job, Offer, Quote, kind, market::Equipment};
use protocol::{
    Address, Amount, Digest,
    cid::{Cid, CidError},
};

use crate::Lent;

/// Workloads that every provider runs: modules, and recipes of training, which are one.
pub const KINDS: u8 = 1 << kind::MODULE | 1 << kind::RECIPE;
/// Seconds after which the speed is measured anew, where no job runs.
pub const DAY: u64 = 86_400;
/// Seconds for which a quote can be locked, unless a provider wants it otherwise.
pub const QUOTED: u64 = 300;

/// A machine as it was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    pub cores: u32,
    /// Bytes of memory, of which a share is lent.
    pub memory: u64,
    /// Units a second of one job alone.
    pub units_per_second: u32,
    /// When, seconds since the epoch.
    pub at: u64,
}

/// The file that an offer names. `link` is the provider's key for links.
///
/// # Errors
/// [`CidError`], never for the module as it is pinned.
pub fn details(lent: Lent, measured: &Measured, link: Digest) -> Result<Details, CidError> {
    Ok(Details {
        version: 1,
        link,
        cores: measured.cores,
        memory: lent.memory,
        equipment: Equipment { share: Some(lent.cpu), ..Equipment::default() },
        benchmark: MODULE_CID.parse()?,
        measured_at: measured.at,
    })
}

/// What is offered at a price of a unit; `details` is where the file of [`details`] is.
pub fn offer(lent: Lent, measured: &Measured, price: Amount, details: Cid) -> Offer {
    // A job has its share of the time.
    let units_per_second = ((f64::from(measured.units_per_second) * lent.duty(measured.cores)) as u32).max(1);
    Offer { price, kinds: KINDS, memory_mib: lent.mib(measured.memory), units_per_second, details: details.digest }
}

/// What a provider signs for a job at a moment; `nonce` is the least that its quotes must have, `quoted` the seconds for which
/// it can be locked.
pub fn quote(provider: Address, price: Amount, nonce: u64, job: &Job, now: u64, quoted: u64) -> Quote {
    let expiry = now.saturating_add(quoted).min(job.terms.lock_by());
    Quote { provider, price, units: job.terms.units, expiry, nonce }
}
