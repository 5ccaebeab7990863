//! Random calls, divided into worlds that each begin anew and that all cores play.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    sync::atomic::{AtomicU64, Ordering},
};

use rand::{SeedableRng, rngs::StdRng};

/// Plays enough worlds for so many calls, and what each came to.
pub fn play<T: Send>(calls: u64, calls_in_a_world: u64, play: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let worlds = calls.div_ceil(calls_in_a_world);
    let next = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let work = || {
            let numbers = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)));
            numbers.take_while(|world| *world < worlds).map(&play).collect::<Vec<_>>()
        };
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("a run that agrees")).collect()
    })
}

/// The random numbers of one world: others in each, the same each time.
pub fn rng(seed: u64, world: u64) -> StdRng {
    StdRng::seed_from_u64(seed.wrapping_add(world.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

/// What happened in some worlds; `S` is the state that something of theirs ended in.
#[derive(Debug)]
pub struct Tally<S> {
    /// By the error's signature.
    pub refused: BTreeMap<&'static str, u64>,
    pub ended: BTreeMap<S, u64>,
    /// Calls that went through, by name.
    pub done: BTreeMap<String, u64>,
}

impl<S> Default for Tally<S> {
    fn default() -> Self {
        Self { refused: BTreeMap::new(), ended: BTreeMap::new(), done: BTreeMap::new() }
    }
}

impl<S: Ord + Copy + Debug> Tally<S> {
    pub fn add(&mut self, other: Self) {
        other.refused.into_iter().for_each(|(name, n)| *self.refused.entry(name).or_default() += n);
        other.ended.into_iter().for_each(|(state, n)| *self.ended.entry(state).or_default() += n);
        other.done.into_iter().for_each(|(name, n)| *self.done.entry(name).or_default() += n);
    }

    /// Demands that each of these errors was met: the run means nothing unless it went everywhere.
    #[track_caller]
    pub fn met(&self, signatures: impl Iterator<Item = &'static str>) {
        let unmet: Vec<_> = signatures.filter(|signature| !self.refused.contains_key(signature)).collect();
        assert!(unmet.is_empty(), "never met: {unmet:?}");
    }

    /// Demands that so many ended in each of these states.
    #[track_caller]
    pub fn reached(&self, states: impl Iterator<Item = S>, at_least: u64) {
        let rare: Vec<_> =
            states.filter(|state| self.ended.get(state).copied().unwrap_or_default() < at_least).collect();
        assert!(rare.is_empty(), "too few ended in {rare:?}: {:?}", self.ended);
    }
}
