//! What a submission has come to: its own state, and what the rest of the bounty makes of it without any event of its own.

use protocol::{Address, Amount};

use crate::{Bounty, Phase, StoredBounty, SubmissionState};

/// Where a submission stands for whoever made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Stake locked; nothing is to be decided yet.
    Committed,
    /// No score was claimed in time: the stake is lost.
    NotClaimed,
    /// The bounty was cancelled or forfeited: a share of the reward and the stake can be collected.
    ShareDue,
    /// Taken back before the deadline.
    Withdrawn,
    /// Taken back after the deadline: stake lost.
    Abandoned,
    /// Claims a score that competes.
    Claimed,
    /// Claimed a score, did not reveal, and gets no stake back: it ranked above the winner, or nobody won.
    NotRevealed,
    /// Claimed a score below the minimum: cannot win, keeps the stake.
    Conceded,
    /// Reveal checked, count equals the claim.
    Verified,
    /// Somebody else won, or nobody: the stake can be collected.
    StakeDue,
    /// False claim, or silent above the winner: stake lost.
    Slashed,
    /// Has received everything that was due.
    Paid,
}

impl Bounty {
    /// Where this trainer's submission stands at `now`, seconds since the epoch.
    pub fn standing(&self, trainer: &Address, now: u64) -> Option<Standing> {
        let submission = self.submission(trainer)?;
        Some(Standing::of(submission.state, self.phase(now), self.due(trainer)))
    }
}

impl StoredBounty {
    /// Where this person's submission stands at `now`; `None` where they made none.
    pub fn standing(&self, now: u64) -> Option<Standing> {
        let mine = self.mine.as_ref()?;
        Some(Standing::of(mine.state, self.phase_at(now), self.due))
    }
}

impl Standing {
    fn of(state: SubmissionState, phase: Phase, due: Amount) -> Self {
        use SubmissionState::{Abandoned, Active, Claimed, Conceded, Paid, Slashed, Verified, Withdrawn};
        match (state, phase) {
            (Active, Phase::Cancelled | Phase::Forfeited) => Self::ShareDue,
            (Active, Phase::Open | Phase::AwaitingTruth | Phase::TruthOverdue | Phase::Claiming) => Self::Committed,
            (Active, _) => Self::NotClaimed,
            (Withdrawn, _) => Self::Withdrawn,
            (Abandoned, _) => Self::Abandoned,
            (Claimed | Conceded | Verified, _) if due > Amount::ZERO => Self::StakeDue,
            (Claimed, phase) if phase.is_final() => Self::NotRevealed,
            (Claimed, _) => Self::Claimed,
            (Conceded, _) => Self::Conceded,
            (Verified, _) => Self::Verified,
            (Slashed, _) => Self::Slashed,
            (Paid, _) => Self::Paid,
        }
    }
}
