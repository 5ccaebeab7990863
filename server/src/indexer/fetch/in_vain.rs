//! Gaps for which the chain was read again in vain. To read a long history takes days on a chain of millions of blocks,
//! in which nothing new is indexed; so such a gap is left alone for a while, which grows.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::gap::Gap;

/// A gap is left alone for at least this long …
const SHORTEST: Duration = Duration::from_millis(10);
/// … doubled each time, at first for as long as the reading took, and at most so long.
const LONGEST: Duration = Duration::from_secs(7 * 86_400);

/// Gaps that a whole reading did not close.
#[derive(Debug, Default)]
pub(in crate::indexer) struct InVain(BTreeMap<Key, Tried>);

/// The same gap, whatever the counts in its reason.
type Key = (&'static str, Option<String>, Option<String>);

#[derive(Debug, Clone, Copy)]
struct Tried {
    times: u32,
    until: Instant,
}

impl InVain {
    /// How long a gap is still left alone; `None` where it is to be looked for now.
    pub fn rest(&self, gap: &Gap, now: Instant) -> Option<Duration> {
        let rest = self.0.get(&key(gap))?.until.saturating_duration_since(now);
        (!rest.is_zero()).then_some(rest)
    }

    /// Reading took so long and found nothing. Returns how long the gap is left alone.
    pub fn note(&mut self, gap: &Gap, now: Instant, took: Duration) -> Duration {
        let tried = self.0.entry(key(gap)).or_insert(Tried { times: 0, until: now });
        let pause = took.max(SHORTEST).saturating_mul(2u32.saturating_pow(tried.times)).min(LONGEST);
        *tried = Tried { times: tried.times.saturating_add(1), until: now + pause };
        pause
    }

    /// Something was found.
    pub fn forget(&mut self, gap: &Gap) {
        self.0.remove(&key(gap));
    }
}

fn key(gap: &Gap) -> Key {
    (gap.family, gap.since.clone(), gap.until.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_in_vain_is_left_alone_for_a_growing_while() {
        let (mut vain, minute) = (InVain::default(), Duration::from_secs(60));
        let gap = |told: u64| Gap::anywhere("jobs", format!("The contract has 9 jobs, but the node told of {told}."));
        let mut now = Instant::now();
        assert_eq!(vain.rest(&gap(8), now), None);
        for doubled in [1, 2, 4, 8] {
            assert_eq!(vain.note(&gap(8), now, minute), minute * doubled);
            assert_eq!(vain.rest(&gap(7), now), Some(minute * doubled), "it is the same gap");
            assert_eq!(vain.rest(&Gap::anywhere("tasks", String::new()), now), None, "this one is not");
            now += minute * doubled;
            assert_eq!(vain.rest(&gap(8), now), None);
        }
        for _ in 0..100 {
            assert!(vain.note(&gap(8), now, minute) <= LONGEST);
        }
        vain.forget(&gap(8));
        assert_eq!(vain.note(&gap(8), now, minute), minute);
    }
}
