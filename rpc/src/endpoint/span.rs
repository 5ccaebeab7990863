//! How many blocks an endpoint is asked for at once.

/// Without a word of the provider.
pub(crate) const WIDEST: u64 = 10_000;
/// A smaller number in a refusal is about something else than blocks.
const LEAST_TOLD: u64 = 10;
/// Answers at full width before a wider range is tried.
const PATIENCE: u32 = 8;

/// Why a range of logs was declined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooWide {
    /// Too many blocks; the node may have said how many it takes.
    Blocks(Option<u64>),
    /// Too many logs, or too much to search: it depends on what is in the blocks.
    Logs,
}

/// The width of the next range, learnt from what was declined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    width: u64,
    widest: u64,
    /// The narrowest range that had too many blocks.
    declined: Option<u64>,
    good: u32,
}

impl Span {
    /// At its widest: as the provider announced, else [`WIDEST`] blocks.
    pub fn new(announced: Option<u64>) -> Self {
        let widest = announced.unwrap_or(WIDEST).max(1);
        Self { width: widest, widest, declined: None, good: 0 }
    }

    /// Blocks to ask for.
    pub fn width(&self) -> u64 {
        self.width
    }

    /// A range of so many blocks was declined.
    pub fn narrow(&mut self, asked: u64, why: TooWide) {
        self.good = 0;
        let half = (asked / 2).max(1);
        let declined = match why {
            TooWide::Blocks(Some(told)) if told >= LEAST_TOLD && told < asked => Some(told + 1),
            TooWide::Blocks(_) => Some(asked),
            TooWide::Logs => None,
        };
        self.width =
            declined.map_or(half, |declined| (declined - 1).clamp(1, if declined == asked { half } else { asked }));
        if let Some(declined) = declined {
            self.declined = Some(self.declined.map_or(declined, |known| known.min(declined)));
        }
    }

    /// A range of so many blocks was answered.
    pub fn answered(&mut self, asked: u64) {
        if asked < self.width {
            return;
        }
        self.good += 1;
        if self.good >= PATIENCE {
            self.good = 0;
            let most = self.declined.map_or(self.widest, |declined| (declined - 1).max(1)).min(self.widest);
            self.width = (self.width + self.width / 4 + 1).min(most).max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_declined_is_halved_remembered_and_approached_slowly() {
        let mut span = Span::new(None);
        assert_eq!(span.width(), 10_000);
        span.narrow(10_000, TooWide::Blocks(None));
        assert_eq!(span.width(), 5_000);
        span.narrow(5_000, TooWide::Blocks(Some(800)));
        assert_eq!(span.width(), 800);
        let mut tries = 0;
        for _ in 0..100 {
            span.answered(span.width());
        }
        assert_eq!(span.width(), 800, "what the node told is not tried again");
        let mut span = Span::new(None);
        span.narrow(8_000, TooWide::Blocks(None));
        span.narrow(1_000, TooWide::Logs);
        while span.width() < 7_999 {
            let before = span.width();
            span.answered(before);
            assert!(span.width() <= before + before / 4 + 1, "it grows slowly");
            tries += 1;
        }
        assert!(tries >= 8, "not at once");
        for _ in 0..100 {
            span.answered(span.width());
        }
        assert_eq!(span.width(), 7_999, "what had too many blocks once has so again");
    }

    #[test]
    fn dense_blocks_do_not_narrow_for_ever() {
        let mut span = Span::new(Some(1_000));
        span.narrow(1_000, TooWide::Logs);
        span.narrow(500, TooWide::Logs);
        assert_eq!(span.width(), 250);
        for _ in 0..1_000 {
            span.answered(span.width());
        }
        assert_eq!(span.width(), 1_000);
        span.narrow(1, TooWide::Logs);
        assert_eq!(span.width(), 1);
    }
}
