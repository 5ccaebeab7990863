//! What is known of the endpoints, for whoever shows it.

use std::time::Duration;

/// Whether endpoints agree on the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verdict {
    /// Not compared yet.
    #[default]
    Unknown,
    /// There is one endpoint, so nothing to compare with.
    Single,
    /// At least two have the same hash at this height.
    Agreed { block: u64 },
    /// Two have different hashes at this height: one is on another branch, or lies.
    Differing { block: u64 },
    /// Of several endpoints one answers.
    OneAnswers,
}

impl Verdict {
    /// Whether several endpoints should agree and do not, or cannot be compared.
    pub fn is_unverified(self) -> bool {
        matches!(self, Self::Differing { .. } | Self::OneAnswers)
    }
}

/// What is known of the endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Status {
    /// How long the next request waits because a node asked for it; zero where none does.
    pub waiting: Duration,
    /// Blocks that the last answer was behind what was seen before; zero where it was not.
    pub behind: u64,
    /// Whether endpoints agree on the chain.
    pub verdict: Verdict,
    /// Requests made so far, with those of batches and second tries.
    pub requests: u64,
    /// Position of the endpoint that answered last.
    pub endpoint: usize,
}
