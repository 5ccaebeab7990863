//! One bounty as DESIGN 4.2 tells it, in the plainest way: lists that are searched again for every question, no
//! counters, no heap.

use bounty::{Phase, SubmissionState};
use protocol::Address;

/// What one trainer did.
#[derive(Debug, Clone)]
pub struct Entry {
    pub trainer: Address,
    pub order: u32,
    /// What the committed file would count.
    pub actual: u32,
    pub claim: u32,
    pub state: SubmissionState,
    /// A slashed claim that has been taken out of the contract's ranking; see [`Bounty::decided`].
    pub dropped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Settled { winner: Address },
    Cancelled { share: u128 },
    Forfeited { share: u128 },
    Refunded,
}

#[derive(Debug, Clone)]
pub struct Bounty {
    pub requester: Address,
    pub reward: u128,
    pub stake: u128,
    pub deadline: u64,
    pub window: u64,
    pub rows: u32,
    pub classes: u16,
    pub min_correct: u32,
    /// Tells truths of the same shape apart.
    pub salt: u64,
    pub submitted: u32,
    pub entries: Vec<Entry>,
    pub truth_at: Option<u64>,
    pub ending: Option<Ending>,
}

/// Slashed claims that one call may take out of the ranking.
const DROPS: usize = 8;

impl Bounty {
    pub fn phase(&self, now: u64) -> Phase {
        match (self.ending, self.truth_at) {
            (Some(Ending::Settled { .. }), _) => Phase::Settled,
            (Some(Ending::Cancelled { .. }), _) => Phase::Cancelled,
            (Some(Ending::Forfeited { .. }), _) => Phase::Forfeited,
            (Some(Ending::Refunded), _) => Phase::Refunded,
            (None, None) if now < self.deadline => Phase::Open,
            (None, None) if now - self.deadline < self.window => Phase::AwaitingTruth,
            (None, None) => Phase::TruthOverdue,
            (None, Some(at)) => match (now - at) / self.window {
                0 => Phase::Claiming,
                1 if self.standing().next().is_some() => Phase::Revealing,
                _ => Phase::SettleDue,
            },
        }
    }

    pub fn entry(&self, trainer: Address) -> Option<&Entry> {
        self.entries.iter().find(|e| e.trainer == trainer)
    }

    pub fn entry_mut(&mut self, trainer: Address) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|e| e.trainer == trainer)
    }

    pub fn state(&self, trainer: Address) -> Option<SubmissionState> {
        self.entry(trainer).map(|e| e.state)
    }

    pub fn in_state(&self, state: SubmissionState) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |e| e.state == state)
    }

    /// Claims that may still win.
    pub fn standing(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|e| matches!(e.state, SubmissionState::Claimed | SubmissionState::Verified))
    }

    /// The best verified reveal, ties to the earlier submission.
    pub fn best(&self) -> Option<&Entry> {
        let winner = match self.ending {
            Some(Ending::Settled { winner }) => Some(winner),
            _ => None,
        };
        let verified =
            self.entries.iter().filter(|e| e.state == SubmissionState::Verified || winner == Some(e.trainer));
        verified.min_by_key(|e| rank(e))
    }

    /// Whether the first of the ranking is verified, once slashed claims have been taken from its top. The contract
    /// takes at most eight a call. Returns how many went, too.
    pub fn decided(&mut self) -> (bool, usize) {
        let mut went = 0;
        loop {
            let competing = [SubmissionState::Claimed, SubmissionState::Verified, SubmissionState::Slashed];
            let ranking = self.entries.iter_mut().filter(|e| !e.dropped && competing.contains(&e.state));
            let first = ranking.min_by_key(|e| rank(e)).expect("some claim stands");
            match first.state {
                SubmissionState::Slashed if went < DROPS => first.dropped = true,
                state => return (state == SubmissionState::Verified, went),
            }
            went += 1;
        }
    }

    pub fn slashable(&self, trainer: Address) -> bool {
        match (self.ending, self.entry(trainer), self.best()) {
            (Some(Ending::Settled { .. }), Some(entry), Some(winner)) => {
                entry.state == SubmissionState::Claimed && rank(entry) < rank(winner)
            }
            _ => false,
        }
    }

    /// What `collect` would pay.
    pub fn due(&self, trainer: Address) -> u128 {
        use SubmissionState::{Active, Claimed, Conceded, Verified};
        match (self.ending, self.state(trainer)) {
            (Some(Ending::Cancelled { share } | Ending::Forfeited { share }), Some(Active)) => share + self.stake,
            (Some(Ending::Refunded | Ending::Settled { .. }), Some(Conceded)) => self.stake,
            (Some(Ending::Settled { .. }), Some(Verified)) => self.stake,
            (Some(Ending::Settled { .. }), Some(Claimed)) if !self.slashable(trainer) => self.stake,
            _ => 0,
        }
    }

    /// What the market must still hold for this bounty.
    pub fn owed(&self) -> u128 {
        let stakes = |of: &mut dyn Iterator<Item = &Entry>| of.count() as u128 * self.stake;
        match self.ending {
            None => {
                let gone = SubmissionState::Withdrawn;
                self.reward + stakes(&mut self.entries.iter().filter(|e| e.state != gone))
            }
            // Stakes of silent claimants above the winner wait for the winner.
            Some(Ending::Settled { .. }) => {
                stakes(&mut self.standing()) + stakes(&mut self.in_state(SubmissionState::Conceded))
            }
            Some(_) => self.entries.iter().map(|e| self.due(e.trainer)).sum(),
        }
    }
}

/// Smaller is better: more correct labels claimed, then the earlier submission.
pub fn rank(entry: &Entry) -> (std::cmp::Reverse<u32>, u32) {
    (std::cmp::Reverse(entry.claim), entry.order)
}
