//! What can be done with a bounty at a moment. The same rule as `BountyMarket.phase`.

use serde::{Deserialize, Serialize};

use crate::{Bounty, Ending, SubmissionState, Terms};

/// A moment `t` belongs to a window [from, until) when from <= t < until.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Until the deadline: submit, withdraw, cancel.
    Open,
    /// The requester is to reveal the ground truth.
    AwaitingTruth,
    /// The truth was not revealed in time; anyone may time the bounty out.
    TruthOverdue,
    /// Trainers claim a score.
    Claiming,
    /// Claimants reveal predictions.
    Revealing,
    /// The reveal window is over, or no claim stands; anyone may settle.
    SettleDue,
    /// The best verified reveal was paid.
    Settled,
    /// The requester ended it before the deadline.
    Cancelled,
    /// The truth was not revealed in time; trainers share half of the reward, the other half is burned.
    Forfeited,
    /// Nobody won; the requester has the reward back.
    Refunded,
}

impl Phase {
    /// All, in the order of `IBountyMarket.Phase`, which begins with `None`.
    pub const ALL: [Self; 10] = [
        Self::Open,
        Self::AwaitingTruth,
        Self::TruthOverdue,
        Self::Claiming,
        Self::Revealing,
        Self::SettleDue,
        Self::Settled,
        Self::Cancelled,
        Self::Forfeited,
        Self::Refunded,
    ];

    /// Whether nothing but collecting can happen any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Settled | Self::Cancelled | Self::Forfeited | Self::Refunded)
    }
}

/// A span of time in which somebody can act, seconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First moment that belongs to it.
    pub from: u64,
    /// First moment after it.
    pub until: u64,
}

/// The times by which a bounty that has not ended goes on.
pub(crate) struct Times {
    deadline: u64,
    window: u64,
    truth_at: Option<u64>,
}

impl Times {
    /// `truth_at`: when the truth was revealed, seconds since the epoch.
    pub fn of(terms: &Terms, truth_at: Option<u64>) -> Self {
        Self { deadline: terms.deadline, window: u64::from(terms.window), truth_at }
    }

    /// The phase at `now`; `is_claimed` is whether a claim stands.
    pub fn phase(&self, now: u64, is_claimed: impl FnOnce() -> bool) -> Phase {
        let (Some(claiming), Some(revealing)) = (self.claim(), self.reveal()) else {
            return match now {
                now if now < self.deadline => Phase::Open,
                now if now < self.truth().until => Phase::AwaitingTruth,
                _ => Phase::TruthOverdue,
            };
        };
        match now {
            now if now < claiming.until => Phase::Claiming,
            now if now < revealing.until && is_claimed() => Phase::Revealing,
            _ => Phase::SettleDue,
        }
    }

    /// When the requester may reveal the truth.
    pub fn truth(&self) -> Window {
        self.since(self.deadline)
    }

    /// When trainers may claim.
    pub fn claim(&self) -> Option<Window> {
        self.truth_at.map(|at| self.since(at))
    }

    /// When claimants may reveal.
    pub fn reveal(&self) -> Option<Window> {
        self.claim().map(|claim| self.since(claim.until))
    }

    /// When a phase ends by itself, if it does.
    pub fn ends(&self, phase: Phase) -> Option<u64> {
        match phase {
            Phase::Open => Some(self.deadline),
            Phase::AwaitingTruth => Some(self.truth().until),
            Phase::Claiming => self.claim().map(|window| window.until),
            Phase::Revealing => self.reveal().map(|window| window.until),
            _ => None,
        }
    }

    fn since(&self, from: u64) -> Window {
        Window { from, until: from + self.window }
    }
}

impl Bounty {
    /// The phase at `now`, seconds since the epoch (the chain's time, not the device's).
    pub fn phase(&self, now: u64) -> Phase {
        match &self.ending {
            Some(Ending::Settled { .. }) => return Phase::Settled,
            Some(Ending::Cancelled { .. }) => return Phase::Cancelled,
            Some(Ending::Forfeited { .. }) => return Phase::Forfeited,
            Some(Ending::Refunded { .. }) => return Phase::Refunded,
            None => {}
        }
        self.times().phase(now, || self.standing_claims() > 0)
    }

    /// When the requester may reveal the truth.
    pub fn truth_window(&self) -> Window {
        self.times().truth()
    }

    /// When trainers may claim; known once the truth is revealed.
    pub fn claim_window(&self) -> Option<Window> {
        self.times().claim()
    }

    /// When claimants may reveal; known once the truth is revealed.
    pub fn reveal_window(&self) -> Option<Window> {
        self.times().reveal()
    }

    /// When the current phase ends by itself, if it does.
    pub fn phase_ends(&self, now: u64) -> Option<u64> {
        self.times().ends(self.phase(now))
    }

    fn times(&self) -> Times {
        Times::of(&self.terms, self.truth.as_ref().map(|truth| truth.at))
    }

    /// Claims that compete and have not been found false.
    fn standing_claims(&self) -> usize {
        let standing = [SubmissionState::Claimed, SubmissionState::Verified];
        self.submissions.iter().filter(|s| standing.contains(&s.state)).count()
    }
}
