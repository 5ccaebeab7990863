//! How much of a machine is lent.

use std::time::Duration;

use jobs::market::{BadShare, Share};
use serde::{Deserialize, Serialize};

/// A job computes so long before it rests.
const SLICE: Duration = Duration::from_millis(50);

/// Shares of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lent {
    /// Of its processors.
    pub cpu: Share,
    /// Of its memory.
    pub memory: Share,
}

/// A share that cannot be lent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Of the {what}: {bad}")]
pub struct BadLent {
    what: &'static str,
    bad: BadShare,
}

impl Lent {
    /// Shares in per cent.
    ///
    /// # Errors
    /// [`BadLent`] for less than 10 or more than 90.
    pub fn new(cpu: u8, memory: u8) -> Result<Self, BadLent> {
        let share = |what, per_cent| Share::try_from(per_cent).map_err(|bad| BadLent { what, bad });
        Ok(Self { cpu: share("processor", cpu)?, memory: share("memory", memory)? })
    }

    /// Processors that are lent of so many, in parts.
    pub fn processors(self, cores: u32) -> f64 {
        f64::from(cores) * f64::from(self.cpu.per_cent()) / 100.0
    }

    /// Jobs that run at once on a machine of so many processors.
    pub fn places(self, cores: u32) -> usize {
        // At most as many as there are processors.
        self.processors(cores).ceil().max(1.0) as usize
    }

    /// The share of its time that a job computes, above 0 and at most 1.
    pub fn duty(self, cores: u32) -> f64 {
        (self.processors(cores) / self.places(cores) as f64).min(1.0)
    }

    /// MiB that are lent of so many bytes of memory.
    pub fn mib(self, memory: u64) -> u16 {
        let lent = memory / 100 * u64::from(self.memory.per_cent());
        u16::try_from(lent >> 20).unwrap_or(u16::MAX).max(1)
    }
}

/// How long a job rests that has computed so long since it rested last; nothing before it is time to. `duty` is the share of
/// its time that it computes, above 0.
pub fn rest(duty: f64, busy: Duration) -> Option<Duration> {
    (duty < 1.0 && busy >= SLICE).then(|| busy.mul_f64((1.0 - duty) / duty))
}
