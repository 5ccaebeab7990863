//! The limits of a job, one by one: whom each lets through, and what would have to change for whom it does not.

use protocol::Amount;

use super::{Features, Machine, Offered, Wanted};
use crate::START_WINDOW;

/// A limit of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// Only one provider is wanted.
    Provider,
    /// Who pauses takes no jobs.
    State,
    /// The kind of workload.
    Workload,
    Machine,
    Features,
    Memory,
    /// It may run so long, and must be done by the deadline.
    Time,
    Price,
}

impl Limit {
    /// In the order in which people would look at them.
    pub const ALL: [Self; 8] = [
        Self::Provider,
        Self::State,
        Self::Workload,
        Self::Machine,
        Self::Features,
        Self::Memory,
        Self::Time,
        Self::Price,
    ];

    /// What would have to change so that this limit lets a provider through; `None` where it does.
    pub fn misses(self, wanted: &Wanted, offered: &Offered) -> Option<Miss> {
        match self {
            Self::Provider => {
                wanted.provider.filter(|provider| *provider != offered.account).map(|_| Miss::AnotherProvider)
            }
            Self::State => (!offered.takes_jobs).then_some(Miss::Pauses),
            Self::Workload => (!runs(offered, wanted.kind)).then_some(Miss::OtherWorkload),
            Self::Machine => {
                (!offered.machines.contains(&wanted.machine)).then_some(Miss::NoMachine { needs: wanted.machine })
            }
            Self::Features => {
                let lacks: Features = wanted.features.difference(&offered.features).cloned().collect();
                (!lacks.is_empty()).then_some(Miss::NoFeatures { lacks })
            }
            Self::Memory => {
                let (most, wants) = (offered.memory_mib, wanted.memory_mib);
                (most < wants).then_some(Miss::LessMemory { most, wants })
            }
            Self::Time => late(wanted, offered),
            Self::Price => {
                let (asks, allows) = (offered.price, wanted.highest_price);
                (asks > allows).then_some(Miss::Dearer { asks, allows })
            }
        }
    }
}

fn runs(offered: &Offered, kind: u8) -> bool {
    crate::Offer { kinds: offered.kinds, ..crate::Offer::default() }.runs(kind)
}

/// A provider may take [`START_WINDOW`] to begin.
fn late(wanted: &Wanted, offered: &Offered) -> Option<Miss> {
    let Some(runs) = offered.seconds_for(wanted.units) else { return Some(Miss::NoSpeed) };
    if runs > wanted.longest {
        return Some(Miss::Longer { needs: runs, allows: wanted.longest });
    }
    let needs = runs.saturating_add(START_WINDOW);
    (needs > wanted.seconds).then_some(Miss::Slower { needs, leaves: wanted.seconds })
}

/// Why a limit keeps a provider out, with what would have to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss {
    AnotherProvider,
    Pauses,
    OtherWorkload,
    NoMachine {
        needs: Machine,
    },
    NoFeatures {
        lacks: Features,
    },
    /// MiB.
    LessMemory {
        most: u16,
        wants: u16,
    },
    /// It never measured how fast it is.
    NoSpeed,
    /// Seconds that it would run.
    Longer {
        needs: u64,
        allows: u64,
    },
    /// Seconds, those to begin included.
    Slower {
        needs: u64,
        leaves: u64,
    },
    /// For a unit.
    Dearer {
        asks: Amount,
        allows: Amount,
    },
}

impl Miss {
    /// Whether the client can change its job so that it fits. For the others somebody else would have to change.
    pub fn is_up_to_client(&self) -> bool {
        !matches!(self, Self::Pauses | Self::NoSpeed)
    }

    /// How far it is from fitting, in 1/1,000 of what is wanted; 1,000 for what fits or does not.
    pub fn distance(&self) -> u128 {
        match self {
            Self::LessMemory { most, wants } => share(u128::from(wants - most), (*wants).into()),
            Self::Longer { needs, allows } => share(u128::from(needs - allows), (*allows).into()),
            Self::Slower { needs, leaves } => share(u128::from(needs - leaves), (*leaves).into()),
            Self::Dearer { asks, allows } => share(asks.0 - allows.0, allows.0),
            _ => 1_000,
        }
    }

    /// What would have to change.
    pub fn sentence(&self) -> String {
        match self {
            Self::AnotherProvider => "You would have to allow another provider than the one you named.".to_owned(),
            Self::Pauses => "It pauses: it would have to take jobs again.".to_owned(),
            Self::OtherWorkload => "It does not run this kind of job: you would have to post another kind.".to_owned(),
            Self::NoMachine { needs } => {
                format!("The job needs {}, which it does not offer: you would have to do without.", needs.words())
            }
            Self::NoFeatures { lacks } => {
                let names: Vec<&str> = lacks.iter().map(String::as_str).collect();
                format!("Its graphics card lacks {}: you would have to do without.", names.join(", "))
            }
            Self::LessMemory { most, wants } => {
                format!(
                    "It gives a job at most {most} MiB of memory: you would have to ask for that much instead of {wants} MiB."
                )
            }
            Self::NoSpeed => "It has not measured its speed: it would have to do so.".to_owned(),
            Self::Longer { needs, allows } => {
                format!("It would run for {needs} seconds: you would have to allow that instead of {allows} seconds.")
            }
            Self::Slower { needs, leaves } => format!(
                "It would need {needs} seconds, ten minutes to begin included: you would have to set the deadline {} seconds later.",
                needs - leaves
            ),
            Self::Dearer { asks, allows } => {
                format!("It asks {asks} MDC a unit: you would have to allow that instead of {allows} MDC.")
            }
        }
    }
}

fn share(gap: u128, of: u128) -> u128 {
    gap.saturating_mul(1_000) / of.max(1)
}
