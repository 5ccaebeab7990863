//! Recomputing a model's accuracy history in a worker, and comparing it with what a server says.

use std::collections::{BTreeMap, BTreeSet};

use app_core::workers::{WorkError, learn::Learn};
use shared_model::{LoggedEvent, api::AccuracyEntry, learn::replay::Counted};

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

/// Replays a whole history on a test set, as it is published. `progress` is told how many events are done.
///
/// # Errors
/// [`WorkError`], also for events that are not those of a model.
pub async fn run(events: &[LoggedEvent], test: &[u8], progress: impl FnMut(usize)) -> Result<Points, WorkError> {
    let counted = Learn::default().replay(events.iter().map(|logged| &logged.event), test, progress).await?;
    let place = |at: usize| events.get(at).map(|event| (event.block, event.log_index));
    Ok(counted.into_iter().filter_map(|(at, counted)| Some((place(at)?, counted))).collect())
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
