//! What an account has done with bounties: how reliably it revealed the ground truths of its own, and what came of its
//! submissions to those of others.

use protocol::{Address, Amount};
use serde::{Deserialize, Serialize};

use crate::{Bounty, Ending, Phase, SubmissionState};

/// What a requester made of the promise to reveal a bounty's ground truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Promise {
    /// Not due yet: the bounty is open, or its requester still has time.
    Open,
    /// Kept: submissions stand, and the contract takes a ground truth in time only.
    Kept,
    /// Broken: somebody had submitted, and the time is over.
    Broken,
    /// Taken back: the bounty was cancelled before its deadline although submissions stood.
    Dropped,
    /// Never due: the bounty was cancelled before its deadline, and no submission stood.
    Cancelled,
    /// Never due: nobody's submission stood, so that there was nothing to score. A truth that was revealed all the same
    /// says nothing: everybody can reveal to nobody.
    Idle,
}

impl Promise {
    /// Of a bounty in this phase, of which the ground truth is revealed or not, and submissions stand or not. The server
    /// reads all three from columns.
    pub fn of(phase: Phase, is_revealed: bool, has_submissions: bool) -> Self {
        match phase {
            Phase::Open | Phase::AwaitingTruth => Self::Open,
            Phase::Cancelled if has_submissions => Self::Dropped,
            Phase::Cancelled => Self::Cancelled,
            _ if !has_submissions => Self::Idle,
            _ if is_revealed => Self::Kept,
            _ => Self::Broken,
        }
    }
}

/// How reliably a requester revealed ground truths, in numbers of bounties.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reliability {
    /// All that were ever posted.
    pub posted: u32,
    /// The ground truth was revealed in time, and submissions stood.
    pub revealed: u32,
    /// It was due and not revealed in time: trainers lost their work.
    pub missed: u32,
    /// Cancelled before the deadline although submissions stood: trainers lost their work.
    pub dropped: u32,
    /// Cancelled before the deadline, and no submission stood: nothing was due.
    pub cancelled: u32,
    /// Nobody's submission stood at the end: nothing was due, whether the truth was revealed or not.
    pub idle: u32,
}

impl Reliability {
    /// Of the bounties that this account posted among these, at `now`, seconds since the epoch: the time of the block up to
    /// which they were read, since a later one would make missed what was revealed meanwhile.
    pub fn of<'a>(requester: &Address, bounties: impl IntoIterator<Item = &'a Bounty>, now: u64) -> Self {
        let mut found = Self::default();
        for bounty in bounties.into_iter().filter(|bounty| bounty.requester == *requester) {
            found.add(bounty.promise(now), 1);
        }
        found
    }

    /// Counts so many more bounties.
    pub fn add(&mut self, promise: Promise, count: u32) {
        self.posted += count;
        match promise {
            Promise::Open => {}
            Promise::Kept => self.revealed += count,
            Promise::Broken => self.missed += count,
            Promise::Dropped => self.dropped += count,
            Promise::Cancelled => self.cancelled += count,
            Promise::Idle => self.idle += count,
        }
    }

    /// How many ground truths were due so far.
    pub fn due(&self) -> u32 {
        self.revealed + self.missed
    }

    /// Whether trainers ever lost their work to this requester.
    pub fn is_bad(&self) -> bool {
        self.missed + self.dropped > 0
    }

    /// In a few words, for whoever thinks of locking a stake.
    pub fn words(&self) -> String {
        let mut words = match (self.due(), self.posted) {
            (0, 0) => return "No bounty yet".to_owned(),
            (0, 1) if self.dropped == 0 => "First bounty".to_owned(),
            (0, _) => "No reveal was due yet".to_owned(),
            (due, _) => format!("Revealed {} of {due} in time", self.revealed),
        };
        if self.dropped > 0 {
            words += &format!(", {} cancelled after submissions", self.dropped);
        }
        if self.cancelled > 0 {
            words += &format!(", {} cancelled without submissions", self.cancelled);
        }
        words
    }
}

/// A score that the chain has counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifiedScore {
    pub bounty: u64,
    /// Correct labels of `test_rows`.
    pub correct: u32,
    pub test_rows: u32,
    /// Whether it won the bounty.
    pub won: bool,
}

/// What came of an account's submissions, in numbers of bounties: a bounty has one submission of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrainerRecord {
    /// Bounties it submitted to, withdrawn ones included.
    pub submissions: u32,
    /// Bounties it won.
    pub wins: u32,
    /// Submissions slashed: a false claim, or silence above the winner.
    pub slashed: u32,
    /// Submissions taken back after the deadline, which costs the stake.
    pub abandoned: u32,
    /// Sum of what bounties paid it: rewards, shares, its own stakes, and those that others lost to it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub received: Amount,
    /// Newest bounty first.
    pub scores: Vec<VerifiedScore>,
}

/// Both sides of what an account has done with bounties.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Record {
    /// Of those that it posted.
    pub requester: Reliability,
    /// Of those that it submitted to.
    pub trainer: TrainerRecord,
}

impl Record {
    /// Of an account in these bounties, at `now`; see [`Reliability::of`]. Those that it has no part in count nothing.
    pub fn of<'a>(account: &Address, bounties: impl IntoIterator<Item = &'a Bounty>, now: u64) -> Self {
        let bounties: Vec<&Bounty> = bounties.into_iter().collect();
        let mut trainer = TrainerRecord::default();
        for bounty in &bounties {
            trainer.add(account, bounty);
        }
        trainer.scores.sort_by_key(|score| std::cmp::Reverse(score.bounty));
        Self { requester: Reliability::of(account, bounties, now), trainer }
    }

    /// Whether the account has never posted or submitted.
    pub fn is_empty(&self) -> bool {
        self.requester.posted == 0 && self.trainer.submissions == 0
    }
}

impl TrainerRecord {
    fn add(&mut self, account: &Address, bounty: &Bounty) {
        let Some(submission) = bounty.submission(account) else { return };
        let won = matches!(&bounty.ending, Some(Ending::Settled { winner, .. }) if winner == account);
        self.submissions += 1;
        self.wins += u32::from(won);
        self.slashed += u32::from(submission.state == SubmissionState::Slashed);
        self.abandoned += u32::from(submission.state == SubmissionState::Abandoned);
        self.received = Amount(self.received.0.saturating_add(submission.received.0));
        if let Some(reveal) = &submission.reveal {
            let (bounty, test_rows) = (bounty.id, bounty.terms.test_rows);
            self.scores.push(VerifiedScore { bounty, correct: reveal.correct, test_rows, won });
        }
    }
}

impl Bounty {
    /// What its requester made of the promise to reveal its ground truth, at `now`, seconds since the epoch.
    pub fn promise(&self, now: u64) -> Promise {
        Promise::of(self.phase(now), self.truth.is_some(), self.active() > 0)
    }
}
