//! What a client wants.

use std::collections::BTreeSet;

use protocol::{Address, Amount};
use serde::{Deserialize, Serialize};

use crate::Terms;

/// What a job needs beside a processor and memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Machine {
    /// Nothing else.
    Cpu,
    /// A graphics card that WebGPU reaches.
    WebGpu,
    /// A graphics card that programs reach.
    Gpu,
}

impl Machine {
    pub const ALL: [Self; 3] = [Self::Cpu, Self::WebGpu, Self::Gpu];

    /// In a sentence, after “a job needs”.
    pub fn words(self) -> &'static str {
        match self {
            Self::Cpu => "a processor",
            Self::WebGpu => "a graphics card with WebGPU",
            Self::Gpu => "a graphics card for programs",
        }
    }
}

/// Names of WebGPU features, as browsers spell them.
pub type Features = BTreeSet<String>;

/// The limits of a job, and who may run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Of workload, by its number.
    pub kind: u8,
    /// 10^6 metered instructions each.
    pub units: u64,
    pub memory_mib: u16,
    /// From now to the deadline.
    pub seconds: u64,
    /// That it may run, once it was started.
    pub longest: u64,
    pub machine: Machine,
    pub features: Features,
    /// For a unit.
    pub highest_price: Amount,
    /// The only one that may run it, where the client wants one.
    pub provider: Option<Address>,
}

impl Wanted {
    /// What the terms of a job say at a moment.
    pub fn of(terms: &Terms, machine: Machine, features: Features, now: u64) -> Self {
        Self {
            kind: terms.kind,
            units: terms.units,
            memory_mib: terms.memory_mib,
            seconds: terms.deadline.saturating_sub(now),
            longest: terms.max_seconds.into(),
            machine,
            features,
            highest_price: terms.highest_price,
            provider: None,
        }
    }
}
