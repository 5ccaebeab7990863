//! What can be done with a bounty at a moment. The same rule as `BountyMarket.phase`.

use serde::{Deserialize, Serialize};

use crate::{Bounty, Ending, SubmissionState};

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
        let (Some(claiming), Some(revealing)) = (self.claim_window(), self.reveal_window()) else {
            return match now {
                now if now < self.terms.deadline => Phase::Open,
                now if now < self.truth_window().until => Phase::AwaitingTruth,
                _ => Phase::TruthOverdue,
            };
        };
        match now {
            now if now < claiming.until => Phase::Claiming,
            now if now < revealing.until && self.standing_claims() > 0 => Phase::Revealing,
            _ => Phase::SettleDue,
        }
    }

    /// When the requester may reveal the truth.
    pub fn truth_window(&self) -> Window {
        Window { from: self.terms.deadline, until: self.terms.deadline + u64::from(self.terms.window) }
    }

    /// When trainers may claim; known once the truth is revealed.
    pub fn claim_window(&self) -> Option<Window> {
        let from = self.truth.as_ref()?.at;
        Some(Window { from, until: from + u64::from(self.terms.window) })
    }

    /// When claimants may reveal; known once the truth is revealed.
    pub fn reveal_window(&self) -> Option<Window> {
        let from = self.claim_window()?.until;
        Some(Window { from, until: from + u64::from(self.terms.window) })
    }

    /// When the current phase ends by itself, if it does.
    pub fn phase_ends(&self, now: u64) -> Option<u64> {
        match self.phase(now) {
            Phase::Open => Some(self.terms.deadline),
            Phase::AwaitingTruth => Some(self.truth_window().until),
            Phase::Claiming => self.claim_window().map(|w| w.until),
            Phase::Revealing => self.reveal_window().map(|w| w.until),
            _ => None,
        }
    }

    /// Claims that compete and have not been found false.
    fn standing_claims(&self) -> usize {
        let standing = [SubmissionState::Claimed, SubmissionState::Verified];
        self.submissions.iter().filter(|s| standing.contains(&s.state)).count()
    }
}
