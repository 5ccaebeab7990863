//! How much of this machine is lent, and that no more is taken.

use std::{
    fs,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use jobs::market;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// Memory where the system does not say how much is free.
const UNKNOWN: u64 = 1 << 30;
/// A job computes so long before it rests.
const SLICE: Duration = Duration::from_millis(50);

/// Of the processors, and of the free memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    pub cpu: market::Share,
    pub memory: market::Share,
}

impl Share {
    /// # Errors
    /// [`Failure::Given`] for less than 10 or more than 90 per cent.
    pub fn new(cpu: u8, memory: u8) -> Result<Self, Failure> {
        let share = |what: &str, per_cent: u8| {
            market::Share::try_from(per_cent).map_err(|bad| Failure::Given(format!("Of the {what}: {bad}")))
        };
        Ok(Self { cpu: share("processor", cpu)?, memory: share("memory", memory)? })
    }

    /// Processors that are lent, in parts.
    fn processors(self) -> f64 {
        f64::from(cores()) * f64::from(self.cpu.per_cent()) / 100.0
    }

    /// Jobs that run at once.
    pub fn places(self) -> usize {
        // At most as many as there are processors.
        self.processors().ceil().max(1.0) as usize
    }

    /// The share of its time that a job computes, above 0 and at most 1.
    pub fn duty(self) -> f64 {
        (self.processors() / self.places() as f64).min(1.0)
    }

    /// MiB that are lent of what is free now.
    pub fn mib(self) -> u16 {
        let lent = free_memory() / 100 * u64::from(self.memory.per_cent());
        u16::try_from(lent >> 20).unwrap_or(u16::MAX).max(1)
    }
}

/// Processors of this machine.
pub fn cores() -> u32 {
    thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX))
}

/// Bytes of memory that are free now, as Linux says it.
fn free_memory() -> u64 {
    let said = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = said.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kib = line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse::<u64>().ok());
    kib.map_or(UNKNOWN, |kib| kib.saturating_mul(1_024))
}

/// Makes a job rest, so that it takes no more than its share of a processor.
pub struct Rest {
    duty: f64,
    since: Mutex<Instant>,
}

impl Rest {
    pub fn new(duty: f64) -> Self {
        Self { duty, since: Mutex::new(Instant::now()) }
    }

    /// Rests, if it is time to. Called often, by the job's own thread.
    pub fn rest(&self) {
        if self.duty >= 1.0 {
            return;
        }
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        let busy = since.elapsed();
        if busy >= SLICE {
            thread::sleep(busy.mul_f64((1.0 - self.duty) / self.duty));
            *since = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_to_ninety_per_cent_can_be_lent() {
        for (cpu, memory) in [(9, 50), (91, 50), (50, 9), (50, 91), (0, 50), (100, 50)] {
            let refused = Share::new(cpu, memory).unwrap_err();
            assert_eq!(refused.number(), 2, "{refused}");
            assert!(refused.to_string().contains("10 to 90"), "{refused}");
        }
        for share in [10, 50, 90] {
            let share = Share::new(share, share).unwrap();
            let lent = share.places() as f64 * share.duty();
            assert!((lent - share.processors()).abs() < 1e-9 && share.duty() > 0.0, "{share:?}");
        }
    }
}
