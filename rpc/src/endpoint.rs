//! One address that answers JSON-RPC, and what was learnt about it.

pub(crate) mod failure;
mod retry_after;
pub(crate) mod span;
mod transport;

pub use failure::{Refusal, refusal_of};
pub use transport::{Reply, Transport, Unreachable};

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::allowance::lock;
use span::{Span, TooWide};

/// First pause after a refusal that names none, doubled each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long an endpoint that fell behind is passed over where there are others.
const PASSED_OVER: Duration = Duration::from_secs(60);

/// One address of a node, or of several behind a balancer.
#[derive(Clone)]
pub struct Endpoint {
    /// How sentences name it: "The chain node", "Chain node 2". Never its address.
    pub label: String,
    pub(crate) transport: Arc<dyn Transport>,
    learnt: Arc<Mutex<Learnt>>,
}

/// What was learnt about an endpoint.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Learnt {
    /// It asked to be left alone until then.
    pub not_before: Duration,
    /// It failed, and is tried last until then.
    pub down_until: Duration,
    /// It did not have what others have, and until then is asked where no other answers. What it answers meanwhile
    /// changes nothing of that: it answers, but of an old state.
    pub behind_until: Duration,
    /// Times in a row that it asked to wait, or failed.
    strikes: u32,
    /// How many blocks it is asked for at once.
    pub span: Span,
    /// Whether it takes several requests at once.
    pub batches: bool,
    /// Whether it was found to be on the right chain.
    pub checked: bool,
    /// Number of logs after which it cuts answers without a word.
    pub cut: Option<usize>,
    /// The most logs it gave at once that proved to be all.
    pub whole: usize,
}

impl Learnt {
    /// Counts a refusal or a failure, unless it is known of one already: requests that were under way together are refused
    /// together, and that is one refusal, not several in a row.
    fn strike(&mut self, is_known: bool) {
        if !is_known {
            self.strikes = self.strikes.saturating_add(1);
        }
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").field("label", &self.label).field("learnt", &*lock(&self.learnt)).finish()
    }
}

impl Endpoint {
    /// An endpoint that takes ranges of 10,000 blocks until it says otherwise, or of `announced` where its provider
    /// says so.
    pub fn new(label: impl Into<String>, transport: impl Transport, announced: Option<u64>) -> Self {
        let learnt = Learnt {
            not_before: Duration::ZERO,
            down_until: Duration::ZERO,
            behind_until: Duration::ZERO,
            strikes: 0,
            span: Span::new(announced),
            batches: true,
            checked: false,
            cut: None,
            whole: 0,
        };
        Self { label: label.into(), transport: Arc::new(transport), learnt: Arc::new(Mutex::new(learnt)) }
    }

    pub(crate) fn learnt(&self) -> Learnt {
        *lock(&self.learnt)
    }

    pub(crate) fn learn(&self, change: impl FnOnce(&mut Learnt)) {
        change(&mut lock(&self.learnt));
    }

    /// It asked to wait for `asked`, or did not say how long. Returns the wait. `random` is from 0 to 1.
    pub(crate) fn hold(&self, asked: Option<Duration>, now: Duration, random: f64) -> Duration {
        let mut learnt = lock(&self.learnt);
        let is_resting = now < learnt.not_before;
        // Jitter on top of what was asked for, never below; without a word, up to half of the pause on top.
        let pause = match asked {
            Some(asked) => asked + Duration::from_millis(20) + asked.min(Duration::from_secs(5)).mul_f64(random / 10.0),
            None if is_resting => learnt.not_before - now,
            None => doubled(learnt.strikes).mul_f64(1.0 + random / 2.0),
        };
        learnt.strike(is_resting);
        learnt.not_before = learnt.not_before.max(now + pause);
        pause
    }

    /// It failed.
    pub(crate) fn failed(&self, now: Duration) {
        let mut learnt = lock(&self.learnt);
        let is_down = now < learnt.down_until;
        if !is_down {
            learnt.down_until = now + doubled(learnt.strikes);
        }
        learnt.strike(is_down);
        // Whatever comes up behind the address may be something else.
        learnt.checked = false;
    }

    /// It is behind another one, or did not have in many tries what was seen before.
    pub(crate) fn fell_behind(&self, now: Duration) {
        self.learn(|learnt| learnt.behind_until = now + PASSED_OVER);
    }

    pub(crate) fn answered(&self) {
        let mut learnt = lock(&self.learnt);
        learnt.strikes = 0;
        learnt.down_until = Duration::ZERO;
    }

    pub(crate) fn narrow(&self, asked: u64, why: TooWide) {
        self.learn(|learnt| learnt.span.narrow(asked, why));
    }
}

fn doubled(strikes: u32) -> Duration {
    (FIRST_PAUSE * 2u32.saturating_pow(strikes.min(10))).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BoxFuture;

    /// Is never asked here.
    struct Nobody;

    impl Transport for Nobody {
        fn post(&self, _: String) -> BoxFuture<'_, Result<Reply, Unreachable>> {
            Box::pin(std::future::pending())
        }
    }

    #[test]
    fn requests_that_are_refused_together_are_one_refusal_and_those_that_follow_double_the_pause() {
        let endpoint = Endpoint::new("The node", Nobody, None);
        let second = Duration::from_secs(1);
        // A browser asks for eight things at once.
        for _ in 0..8 {
            assert_eq!(endpoint.hold(None, Duration::ZERO, 0.0), second);
        }
        assert_eq!(endpoint.learnt().not_before, second);
        for _ in 0..8 {
            assert_eq!(endpoint.hold(None, second, 0.0), 2 * second);
        }
        // What the node asks for itself is kept to, also by a pause that has begun.
        endpoint.hold(Some(5 * second), second, 0.0);
        assert!(endpoint.learnt().not_before >= 6 * second);
    }

    #[test]
    fn requests_that_fail_together_are_one_failure_and_those_that_follow_double_the_time_it_is_tried_last() {
        let endpoint = Endpoint::new("The node", Nobody, None);
        let second = Duration::from_secs(1);
        for _ in 0..8 {
            endpoint.failed(Duration::ZERO);
        }
        assert_eq!(endpoint.learnt().down_until, second);
        for _ in 0..8 {
            endpoint.failed(second);
        }
        assert_eq!(endpoint.learnt().down_until, 3 * second);
        endpoint.answered();
        endpoint.failed(4 * second);
        assert_eq!(endpoint.learnt().down_until, 5 * second);
    }
}
