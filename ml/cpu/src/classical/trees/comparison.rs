//! Comparisons in the one way that the layouts have: "at most a threshold".
//!
//! `<` is "at most the next float below", `>` and `>=` swap the children, and where a missing value goes to the true
//! branch, the node looks at a copy of its feature in which NaN is below everything.

use super::forest::{Branch, Mode};

/// Columns that a layout has at most: what it keeps for each stays small, whatever an untrusted model names, and an
/// offset into a block of rows fits 16 bits.
pub(super) const COLUMNS: usize = 1024;

/// A feature as nodes look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Column {
    pub feature: u32,
    /// NaN is below everything, instead of above.
    pub lowered: bool,
}

/// A branch.
pub(super) struct Test {
    pub column: Column,
    pub threshold: f32,
    pub yes: u32,
    pub no: u32,
}

/// A branch as "at most"; `None` when it cannot be said so.
pub(super) fn test(branch: &Branch) -> Option<Test> {
    let threshold = branch.threshold as f32;
    let below = || (threshold > f32::NEG_INFINITY).then(|| threshold.next_down());
    if threshold.is_nan() {
        return None;
    }
    let (threshold, swapped) = match branch.mode {
        Mode::LessOrEqual => (threshold, false),
        Mode::Less => (below()?, false),
        Mode::Greater => (threshold, true),
        Mode::GreaterOrEqual => (below()?, true),
        Mode::Equal | Mode::NotEqual | Mode::Member => return None,
    };
    let (yes, no) = if swapped { (branch.no, branch.yes) } else { (branch.yes, branch.no) };
    // A missing value takes the false branch unless it is told otherwise; swapped, that is where "at most" leads.
    let column = Column { feature: branch.feature, lowered: branch.missing_true != swapped };
    Some(Test { column, threshold, yes, no })
}
