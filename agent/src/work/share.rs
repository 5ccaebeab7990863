//! What this machine has to lend, and that a job takes no more than its share.

use std::{
    fs,
    sync::{Mutex, PoisonError},
    thread,
    time::Instant,
};

use compute_provider::rest;

/// Memory where the system does not say how much is free.
const UNKNOWN: u64 = 1 << 30;

/// Processors of this machine.
pub fn cores() -> u32 {
    thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX))
}

/// Bytes of memory that are free now, as Linux says it.
pub fn free_memory() -> u64 {
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
        if let Some(time) = rest(self.duty, since.elapsed()) {
            thread::sleep(time);
            *since = Instant::now();
        }
    }
}
