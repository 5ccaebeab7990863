//! Phases as the database has them: the steps that an unchanged bounty goes through as time passes.

use bounty::Bounty;

use crate::db::{name, to_db};

/// The phases that an unchanged bounty goes through as time passes, each with the moment it ends. There are at most
/// three (e.g. claiming, revealing, settle due); the last one lasts.
pub(super) fn phases(bounty: &Bounty) -> [(String, i64); 3] {
    let mut steps = Vec::new();
    let mut now = 0;
    while steps.len() < 3 {
        let (phase, ends) = (bounty.phase(now), bounty.phase_ends(now));
        steps.push((name(phase), ends.map_or(i64::MAX, to_db)));
        match ends {
            Some(end) => now = end,
            None => break,
        }
    }
    let last = (name(bounty.phase(u64::MAX)), i64::MAX);
    std::array::from_fn(|i| steps.get(i).unwrap_or(&last).clone())
}

/// SQL for the phase at a moment, as text. The moments are those that `Bounty::phase_ends` gave when the view was
/// written.
pub(super) fn phase_sql(now: u64) -> String {
    let now = to_db(now);
    format!("(CASE WHEN {now} < until_1 THEN phase_1 WHEN {now} < until_2 THEN phase_2 ELSE phase_3 END)")
}
