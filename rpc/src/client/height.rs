//! How high the chain is, as far as nodes have told.

use std::time::Duration;

/// A node that is behind lacks fewer blocks than this. More are missing only where the height itself was wrong …
const FAR: u64 = 10_000;
/// … as so many answers in a row say …
const ANSWERS: u32 = 12;
/// … over so long a time …
const LONG: Duration = Duration::from_secs(30);
/// … that differ by no more blocks than a chain makes meanwhile.
const APART: u64 = 1_000;

/// The highest block that was told of, and what speaks against it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Height {
    /// The highest block that any endpoint told of.
    pub tallest: u64,
    /// Blocks that the last answer was behind it.
    pub behind: u64,
    lower: Option<Lower>,
}

/// Answers in a row that are far below the height and agree with each other.
#[derive(Debug, Clone, Copy)]
struct Lower {
    lowest: u64,
    highest: u64,
    answers: u32,
    since: Duration,
}

impl Height {
    /// An endpoint says that this is its newest block.
    ///
    /// One back end of another chain behind the same address may tell of a block that the chain has in years. Until then
    /// nobody would have it, so what many answers in a row say afterwards is believed instead.
    pub fn told(&mut self, block: u64, now: Duration) {
        self.lower = (self.tallest.saturating_sub(block) > FAR).then(|| Lower::with(self.lower, block, now));
        if let Some(lower) = self.lower.filter(|lower| lower.is_believed(now)) {
            (self.tallest, self.lower) = (lower.highest, None);
        }
        self.behind = self.tallest.saturating_sub(block);
        self.tallest = self.tallest.max(block);
    }

    /// A block of this number is there, which says nothing about how far the node is.
    pub fn at_least(&mut self, block: u64) {
        if block > self.tallest {
            (self.tallest, self.behind) = (block, 0);
        }
    }
}

impl Lower {
    /// What was answered before and now: begins anew where they do not agree.
    fn with(before: Option<Self>, block: u64, now: Duration) -> Self {
        let joined = before.map(|before| Self {
            lowest: before.lowest.min(block),
            highest: before.highest.max(block),
            answers: before.answers.saturating_add(1),
            since: before.since,
        });
        let agreeing = joined.filter(|lower| lower.highest - lower.lowest <= APART);
        agreeing.unwrap_or(Self { lowest: block, highest: block, answers: 1, since: now })
    }

    fn is_believed(&self, now: Duration) -> bool {
        self.answers >= ANSWERS && now.saturating_sub(self.since) >= LONG
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Heights told one second after the other, from the given second on.
    fn tell(height: &mut Height, from: u64, blocks: impl IntoIterator<Item = u64>) {
        for (second, block) in blocks.into_iter().enumerate() {
            height.told(block, Duration::from_secs(from + second as u64));
        }
    }

    #[test]
    fn an_absurd_height_is_forgotten_once_many_lower_answers_agree() {
        let mut height = Height::default();
        tell(&mut height, 0, [1_000, 300_000_000]);
        tell(&mut height, 2, 1_001..1_031);
        assert_eq!(height.tallest, 300_000_000, "not at once");
        tell(&mut height, 32, [1_031]);
        assert_eq!((height.tallest, height.behind), (1_031, 0));
    }

    #[test]
    fn nodes_that_are_behind_lower_nothing() {
        let mut height = Height::default();
        tell(&mut height, 0, [20_000]);
        tell(&mut height, 1, [19_995; 500]);
        assert_eq!((height.tallest, height.behind), (20_000, 5), "a few blocks");
        // One that loads the chain tells of ever more blocks.
        tell(&mut height, 600, (0..100).map(|n| n * 90));
        assert_eq!(height.tallest, 20_000, "answers that do not agree");
        tell(&mut height, 800, [5_000; 20]);
        tell(&mut height, 820, [20_001]);
        tell(&mut height, 821, [5_000; 20]);
        assert_eq!(height.tallest, 20_001, "answers that are not in a row");
    }
}
