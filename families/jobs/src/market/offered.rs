//! What a provider has registered and measured.

use std::collections::BTreeSet;

use protocol::{Address, Amount};
use serde::{Deserialize, Serialize};

use super::{Features, Machine};
use crate::{Offer, api::ProviderRow};

/// Least share of its machine that a provider lends, per cent.
pub const LEAST_SHARE: u8 = 10;
/// Largest share of its machine that a provider lends, per cent.
pub const LARGEST_SHARE: u8 = 90;

/// The share of its processors and memory that a provider lends, 10 to 90 per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Share(u8);

/// A share that cannot be lent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "A share of {0} % cannot be lent: the machine keeps at least {least} % for itself and lends at least {least} %. Choose {least} to {largest} %.",
    least = LEAST_SHARE, largest = LARGEST_SHARE
)]
pub struct BadShare(pub u8);

impl Share {
    /// Per cent.
    pub fn per_cent(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Share {
    type Error = BadShare;

    fn try_from(per_cent: u8) -> Result<Self, BadShare> {
        if (LEAST_SHARE..=LARGEST_SHARE).contains(&per_cent) { Ok(Self(per_cent)) } else { Err(BadShare(per_cent)) }
    }
}

impl From<Share> for u8 {
    fn from(share: Share) -> Self {
        share.0
    }
}

/// What a provider has beside what the chain says: a part of the file that [`Offer::details`] names. What it leaves out
/// it does not have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Equipment {
    /// What it has beside processor and memory.
    #[serde(default)]
    pub machines: BTreeSet<Machine>,
    /// WebGPU features, as browsers spell them.
    #[serde(default)]
    pub features: Features,
    /// Of its processors.
    #[serde(default)]
    pub share: Option<Share>,
}

/// A provider, for a comparison with what is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    pub account: Address,
    /// For a unit.
    pub price: Amount,
    /// Of one job, as measured within its share.
    pub units_per_second: u32,
    /// Most memory of a job, MiB.
    pub memory_mib: u16,
    /// Of workloads, bit i for kind i.
    pub kinds: u8,
    pub machines: BTreeSet<Machine>,
    pub features: Features,
    /// It takes new jobs, and does not pause.
    pub takes_jobs: bool,
    /// Told, and no limit: speed and memory are those within it.
    pub share: Option<Share>,
}

impl Offered {
    /// A provider of the list, with its equipment where it is known. Every provider has a processor.
    pub fn of(row: &ProviderRow, equipment: Option<Equipment>) -> Self {
        Self::by(row.account, &row.offer, row.takes_jobs, equipment.unwrap_or_default())
    }

    /// What an account offers.
    pub fn by(account: Address, offer: &Offer, takes_jobs: bool, equipment: Equipment) -> Self {
        let Equipment { mut machines, features, share } = equipment;
        machines.insert(Machine::Cpu);
        let Offer { price, units_per_second, memory_mib, kinds, .. } = *offer;
        Self { account, price, units_per_second, memory_mib, kinds, machines, features, takes_jobs, share }
    }

    /// Seconds that it takes for so many units, rounded up; `None` for one that measured nothing.
    pub fn seconds_for(&self, units: u64) -> Option<u64> {
        (self.units_per_second > 0).then(|| units.div_ceil(self.units_per_second.into()))
    }
}
