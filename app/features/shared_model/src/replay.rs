//! Recomputing a model's accuracy history in the page, and comparing it with what a server says.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use gloo_timers::future::sleep;
use shared_model::{
    Event, LoggedEvent, Sample,
    api::AccuracyEntry,
    learn::replay::{Counted, Replay, ReplayError},
};

/// Longest time without letting the browser paint, milliseconds.
const SLICE: f64 = 40.0;

/// What came out, by block and log index.
pub type Points = BTreeMap<(u64, u64), Counted>;

/// Where a server's entry and the page's own computation differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Block of the event.
    pub block: u64,
    /// `None` where the server leaves the entry out.
    pub said: Option<Counted>,
    /// `None` where the chain has no such event.
    pub computed: Option<Counted>,
}

/// Replays a whole history on a test set. `progress` is told how many events are done.
///
/// # Errors
/// [`ReplayError`] for events that are not those of a model.
pub async fn run(
    events: &[LoggedEvent],
    rows: Vec<(Sample, u16)>,
    progress: impl Fn(usize),
) -> Result<Points, ReplayError> {
    let mut points = Points::new();
    let Some(Event::Created { incentive, shape, .. }) = events.first().map(|e| &e.event) else { return Ok(points) };
    let mut replay = Replay::new(*incentive, shape.clone())?.with_test_set(rows);
    let mut since = js_sys::Date::now();
    for (done, event) in events.iter().enumerate() {
        if let Some(counted) = replay.apply(&event.event)? {
            points.insert((event.block, event.log_index), counted);
        }
        if js_sys::Date::now() - since > SLICE {
            progress(done);
            sleep(Duration::ZERO).await;
            since = js_sys::Date::now();
        }
    }
    Ok(points)
}

/// Entries that are not what the chain gives, and those that are missing before the last one. What comes after it the
/// server may still be reading; entries of blocks that a reorganisation removed do not count.
pub fn differences(points: &Points, entries: &[AccuracyEntry]) -> Vec<Difference> {
    let counted = |entry: &AccuracyEntry| Counted { correct: entry.correct, total: entry.total };
    let current = entries.iter().filter(|e| e.current);
    let said: Points = current.map(|entry| ((entry.block, entry.log_index), counted(entry))).collect();
    let Some(last) = said.keys().next_back().copied() else { return Vec::new() };
    let places: BTreeSet<_> = said.keys().chain(points.range(..=last).map(|(place, _)| place)).copied().collect();
    let compare = |place: (u64, u64)| {
        let (said, computed) = (said.get(&place).copied(), points.get(&place).copied());
        (said != computed).then_some(Difference { block: place.0, said, computed })
    };
    places.into_iter().filter_map(compare).collect()
}
