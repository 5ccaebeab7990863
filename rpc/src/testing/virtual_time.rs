//! Time that moves when somebody waits for it.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use crate::{BoxFuture, Environment, allowance::lock};

/// A clock that jumps to the end of every sleep. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct VirtualTime {
    now: Arc<Mutex<Duration>>,
    random: Arc<Mutex<u64>>,
}

impl VirtualTime {
    /// Seconds since 1970 at the beginning.
    pub const STARTED: u64 = 1_700_000_000;

    /// At zero, with a seed for what is random.
    pub fn new(seed: u64) -> Self {
        Self { now: Arc::default(), random: Arc::new(Mutex::new(seed | 1)) }
    }

    /// Time that has passed since the beginning.
    pub fn now(&self) -> Duration {
        *lock(&self.now)
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        *lock(&self.now) += time;
    }
}

struct Sleep {
    until: Duration,
    time: VirtualTime,
}

impl Future for Sleep {
    type Output = ();

    /// Whoever is polled while nothing else is ready waits; so time moves here.
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let mut now = lock(&self.time.now);
        *now = (*now).max(self.until);
        Poll::Ready(())
    }
}

impl Environment for VirtualTime {
    fn now(&self) -> Duration {
        *lock(&self.now)
    }

    fn unix_time(&self) -> u64 {
        Self::STARTED + self.now().as_secs()
    }

    fn sleep(&self, pause: Duration) -> BoxFuture<'static, ()> {
        Box::pin(Sleep { until: *lock(&self.now) + pause, time: self.clone() })
    }

    fn random(&self) -> f64 {
        let mut state = lock(&self.random);
        // xorshift64
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        (*state >> 11) as f64 / (1u64 << 53) as f64
    }
}
