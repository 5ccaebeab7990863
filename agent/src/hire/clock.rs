//! The time of the chain, which goes on between two looks at it: what a provider says while a part of its job is run again here, or
//! while a transaction is waited for, is held against the time at which it says so.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

/// See the module.
pub struct ChainClock(Cell<(u64, Instant)>);

impl ChainClock {
    /// At a time of the chain, seconds since the epoch.
    pub fn at(now: u64) -> Self {
        Self(Cell::new((now, Instant::now())))
    }

    /// The chain was looked at again.
    pub fn set(&self, now: u64) {
        self.0.set((now, Instant::now()));
    }

    pub fn now(&self) -> u64 {
        let (seen, at) = self.0.get();
        after(seen, at.elapsed())
    }
}

fn after(seen: u64, since: Duration) -> u64 {
    seen.saturating_add(since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_seconds_since_the_last_look_count() {
        assert_eq!(after(1_000, Duration::from_millis(999)), 1_000);
        assert_eq!(after(1_000, Duration::from_secs(3_000)), 4_000);
        let clock = ChainClock::at(1_000);
        clock.set(2_000);
        assert!((2_000..2_060).contains(&clock.now()));
    }
}
