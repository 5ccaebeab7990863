//! When to read again what a node left out: after a moment in which it may come by itself, then ever more seldom; the
//! newest blocks first, and everything again in narrower pieces.

use std::time::Duration;

/// Some nodes have logs seconds after their block.
const PATIENCE: Duration = Duration::from_secs(20);
/// Pieces of the first reading, doubled each time.
const PIECES: u64 = 4;
/// The pause after the first reading, doubled each time.
const PAUSE: Duration = Duration::from_secs(20);
/// Doublings.
const MOST: u32 = 4;
/// The first time all is read in pieces of so many blocks, or in this many pieces where that is narrower …
const WIDEST: u64 = 2_000;
const PARTS: u64 = 3;
/// … and each time after it in pieces so much narrower, down to single blocks.
const NARROWER: u64 = 8;

/// The tries to mend one hole: on average no more than twelve pieces a minute, however long it lasts. A node that takes
/// only narrow ranges makes several requests of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mending {
    tries: u32,
    /// When to try next; `None` before the hole was seen.
    due: Option<Duration>,
    /// Blocks of a piece; `None` before the first try.
    width: Option<u64>,
    /// The highest block that was not read in pieces of this width; `None` where that is the newest one.
    next: Option<u64>,
}

/// Blocks to read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub from: u64,
    pub to: u64,
    /// Blocks of a piece at most.
    pub width: u64,
}

impl Mending {
    /// The hole is still there, somewhere from one block to another. Returns what to read again now; `None` where it is
    /// not time yet.
    pub fn stretch(&mut self, now: Duration, from: u64, to: u64) -> Option<Stretch> {
        let due = *self.due.get_or_insert(now + PATIENCE);
        if now < due || from > to {
            return None;
        }
        let all = to - from + 1;
        let width = self.width.unwrap_or_else(|| all.div_ceil(PARTS).min(WIDEST));
        let to = self.next.filter(|next| (from..=to).contains(next)).unwrap_or(to);
        let low = (to + 1).saturating_sub((PIECES << self.tries) * width).max(from);
        (self.next, self.width) =
            if low == from { (None, Some((width / NARROWER).max(1))) } else { (Some(low - 1), Some(width)) };
        self.due = Some(now + PAUSE * (1 << self.tries));
        self.tries = (self.tries + 1).min(MOST);
        Some(Stretch { from: low, to, width })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is asked for in so many seconds of a hole between block 1 and the last of a chain.
    fn asked(seconds: u64, last: u64) -> Vec<(u64, Stretch)> {
        let mut mending = Mending::default();
        (0..seconds).filter_map(|s| Some((s, mending.stretch(Duration::from_secs(s), 1, last)?))).collect()
    }

    #[test]
    fn a_hole_that_stays_is_read_narrower_and_seldom() {
        let hours = 10;
        let asked = asked(hours * 3_600, 600);
        let (first, stretch) = asked[0];
        assert_eq!(first, PATIENCE.as_secs(), "what is only late needs no reading");
        assert_eq!(stretch, Stretch { from: 1, to: 600, width: 200 });
        let pieces: u64 = asked.iter().map(|(_, s)| (s.to - s.from + 1).div_ceil(s.width)).sum();
        assert!(pieces <= 12 * 60 * hours + (PIECES << MOST), "{pieces}");
        assert_eq!(asked.last().map(|(_, s)| s.width), Some(1));
    }

    #[test]
    fn every_block_is_read_in_each_width_the_newest_first() {
        let asked = asked(24 * 3_600, 30_000);
        let mut expected = (30_000, 2_000);
        for (_, Stretch { from, to, width }) in asked {
            assert_eq!((to, width), expected, "no block is passed over");
            expected = if from == 1 { (30_000, (width / 8).max(1)) } else { (from - 1, width) };
        }
        assert!(expected.1 <= 31, "{expected:?}");
    }
}
