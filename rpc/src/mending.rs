//! When to read again what a node left out: after a moment in which it may come by itself, then ever more seldom and in
//! ever narrower pieces.

use std::time::Duration;

/// Some nodes have logs seconds after their block.
const PATIENCE: Duration = Duration::from_secs(20);
/// Pieces of the first reading, doubled each time.
const PIECES: u64 = 3;
/// The pause after the first reading, doubled each time.
const PAUSE: Duration = Duration::from_secs(60);
/// Doublings.
const MOST: u32 = 6;

/// The tries to mend one hole: on average no more than three pieces a minute, however long it lasts. A node that takes
/// only narrow ranges makes several requests of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mending {
    tries: u32,
    /// When to try next; `None` before the hole was seen.
    due: Option<Duration>,
}

impl Mending {
    /// The hole is still there. Returns the number of pieces in which to read again now; `None` where it is not time
    /// yet.
    pub fn pieces(&mut self, now: Duration) -> Option<u64> {
        let due = *self.due.get_or_insert(now + PATIENCE);
        if now < due {
            return None;
        }
        let pieces = PIECES << self.tries;
        self.due = Some(now + PAUSE * (1 << self.tries));
        self.tries = (self.tries + 1).min(MOST);
        Some(pieces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_that_stays_is_read_narrower_and_seldom() {
        let mut mending = Mending::default();
        let (mut asked, mut first, mut last) = (0, None, 0);
        let hours = 10;
        for second in 0..hours * 3_600 {
            if let Some(pieces) = mending.pieces(Duration::from_secs(second)) {
                first = first.or(Some((second, pieces)));
                (asked, last) = (asked + pieces, pieces);
            }
        }
        assert_eq!(first, Some((PATIENCE.as_secs(), 3)), "what is only late needs no reading");
        assert_eq!(last, 3 << MOST);
        assert!(asked <= 3 * 60 * hours + last, "{asked}");
    }
}
