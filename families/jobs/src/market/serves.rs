//! Whether a provider runs a job that is posted: what it asks itself before it fetches anything of it.

use protocol::Amount;

use super::{Features, Limit, Machine, Miss, Offered, Wanted};
use crate::Terms;

/// Why a provider does not run a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// A limit that clients look at too, when they compare providers.
    Limit(Miss),
    /// The contract locks no quote of this price: jurors could not be paid.
    Stake { has: Amount, needs: Amount },
    /// The contract starts no job whose stake is not free in the deposit.
    Deposit { free: Amount, needs: Amount },
    /// The contract locks no quote any more.
    TooLate,
}

/// Whether a provider runs a job at a moment: every limit of [`super::matching`], and what the contract demands of lock and
/// start. `free` is what of its deposit is not locked.
///
/// # Errors
/// [`Unfit`], the first that keeps it out.
pub fn serves(terms: &Terms, offered: &Offered, free: Amount, now: u64) -> Result<(), Unfit> {
    if now >= terms.lock_by() {
        return Err(Unfit::TooLate);
    }
    // Terms name no machine: those that need another than a processor are of a kind of their own.
    let wanted = Wanted::of(terms, Machine::Cpu, Features::new(), now);
    if let Some(miss) = Limit::ALL.into_iter().find_map(|limit| limit.misses(&wanted, offered)) {
        return Err(Unfit::Limit(miss));
    }
    let (has, needs) = (terms.stake, terms.least_stake(offered.price));
    if has < needs {
        return Err(Unfit::Stake { has, needs });
    }
    if free < has { Err(Unfit::Deposit { free, needs: has }) } else { Ok(()) }
}

impl Unfit {
    /// For whoever lends the machine.
    pub fn sentence(&self) -> String {
        match self {
            Self::TooLate => "It is too late to lock it: the time to run would end after its deadline.".to_owned(),
            Self::Stake { has, needs } => {
                format!(
                    "Its stake of {has} MDC is too small for your price: jurors could not be paid below {needs} MDC."
                )
            }
            Self::Deposit { free, needs } => {
                format!("It locks a stake of {needs} MDC, and of your deposit {free} MDC are free: add to it.")
            }
            Self::Limit(miss) => own(miss),
        }
    }
}

fn own(miss: &Miss) -> String {
    match miss {
        Miss::AnotherProvider => "It is for another provider.".to_owned(),
        Miss::Pauses => "Your machine pauses.".to_owned(),
        Miss::OtherWorkload => "Your machine does not run this kind of job.".to_owned(),
        Miss::NoMachine { needs } => format!("It needs {}, which you do not lend.", needs.words()),
        Miss::NoFeatures { lacks } => {
            let names: Vec<&str> = lacks.iter().map(String::as_str).collect();
            format!("It needs a graphics card with {}, which you do not lend.", names.join(", "))
        }
        Miss::LessMemory { most, wants } => {
            format!("It may use {wants} MiB of memory, and you lend a job {most} MiB.")
        }
        Miss::NoSpeed => "The speed of your machine was not measured.".to_owned(),
        Miss::Longer { needs, allows } => {
            format!("Your machine needs {needs} seconds for it, and it may run {allows} seconds.")
        }
        Miss::Slower { needs, leaves } => {
            format!(
                "Your machine needs {needs} seconds, ten minutes to begin included, and its deadline leaves {leaves}."
            )
        }
        Miss::Dearer { asks, allows } => {
            format!("You ask {asks} MDC a unit, and it pays {allows} MDC at most.")
        }
    }
}
