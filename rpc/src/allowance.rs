//! How many requests may be made in a time.

use std::{sync::Mutex, time::Duration};

/// A number of requests in a time, some of which may come at once. Whatever happens, no stretch of that length has
/// more.
#[derive(Debug)]
pub struct Allowance {
    /// Requests that may come at once.
    burst: f64,
    /// Requests a second that become free again.
    rate: f64,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    free: f64,
    at: Duration,
}

impl Allowance {
    /// At most `requests` in any stretch of `time`; a tenth of them may come at once.
    pub fn new(requests: u32, time: Duration) -> Self {
        let burst = (f64::from(requests) / 10.0).max(1.0);
        // A full burst and what flows in meanwhile come to `requests` together.
        let rate = (f64::from(requests) - burst).max(0.1) / time.as_secs_f64().max(1.0);
        Self { burst, rate, state: Mutex::new(State { free: burst, at: Duration::ZERO }) }
    }

    /// Takes `requests` at once and returns how long to wait before they are made.
    pub fn take(&self, requests: usize, now: Duration) -> Duration {
        let mut state = lock(&self.state);
        let passed = now.saturating_sub(state.at).as_secs_f64();
        state.free = (state.free + passed * self.rate).min(self.burst) - requests as f64;
        state.at = state.at.max(now);
        if state.free >= 0.0 { Duration::ZERO } else { Duration::from_secs_f64(-state.free / self.rate) }
    }

    /// How long `requests` take to become free again: the pace of a reader that goes on for ever.
    pub fn pace(&self, requests: u64) -> Duration {
        Duration::from_secs_f64(requests as f64 / self.rate)
    }
}

/// Locks, also after a panic elsewhere: what is inside is whole after every statement.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_stretch_of_a_day_has_more() {
        let day = Duration::from_secs(86_400);
        let allowance = Allowance::new(30_000, day);
        // Somebody who asks as fast as it lets them.
        let (mut now, mut times) = (Duration::ZERO, Vec::new());
        while now < day * 3 {
            now += allowance.take(1, now);
            times.push(now);
        }
        let most = times.iter().enumerate().map(|(first, &at)| times[first..].partition_point(|&t| t < at + day)).max();
        assert!(most <= Some(30_000), "{most:?}");
        assert!(times.len() > 80_000, "and it is used: {}", times.len());
        assert!(allowance.pace(3) > Duration::from_secs(8));
    }
}
