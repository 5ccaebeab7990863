//! A bounty as the contract stores it, as one person meets it: a few questions say what they may do, however long the
//! bounty's history is.

use protocol::{Address, Amount};

use crate::{
    Action, Bounty, Event, FoldError, LoggedEvent, Phase, Submission, SubmissionState,
    returns::{ChainBounty, ChainSubmission},
    task,
};

/// What the contract stores of a bounty and of a person in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBounty {
    pub id: u64,
    pub bounty: ChainBounty,
    /// The zero address for nobody.
    pub person: Address,
    pub mine: Option<ChainSubmission>,
    /// What `collect` would send them now.
    pub due: Amount,
}

impl StoredBounty {
    /// Everything this person may do in the block that was asked; the same rule as [`Bounty::allowed`].
    pub fn allowed(&self) -> Vec<Action> {
        let state = self.mine.as_ref().map(|mine| mine.state);
        task::allowed(self.bounty.phase, state, self.bounty.requester == self.person, self.due)
    }

    /// When the current phase ends by itself, if it does; seconds since the epoch.
    pub fn phase_ends(&self) -> Option<u64> {
        let (terms, window) = (&self.bounty.terms, u64::from(self.bounty.terms.window));
        match self.bounty.phase {
            Phase::Open => Some(terms.deadline),
            Phase::AwaitingTruth => Some(terms.deadline + window),
            Phase::Claiming => self.bounty.truth_revealed_at.map(|at| at + window),
            Phase::Revealing => self.bounty.truth_revealed_at.map(|at| at + 2 * window),
            _ => None,
        }
    }

    /// The bounty as far as this person's actions need it: terms, their own submission, and what `events` (the
    /// creation, the revealed truth) add. What others submitted and how it ended is not in it; CIDs are empty and the
    /// truth unknown where their events are not given.
    ///
    /// # Errors
    /// [`FoldError`] where an event is of another bounty's history.
    pub fn as_bounty(&self, events: &[LoggedEvent]) -> Result<Bounty, FoldError> {
        let mut bounty = Some(self.bare());
        let known = |event: &&LoggedEvent| matches!(event.event, Event::Created { .. } | Event::TruthRevealed { .. });
        for event in events.iter().filter(known) {
            Bounty::apply(&mut bounty, event)?;
        }
        let mut bounty = bounty.ok_or(FoldError::NotCreated(self.id))?;
        bounty.submissions.extend(self.submission());
        Ok(bounty)
    }

    fn bare(&self) -> Bounty {
        let ChainBounty { terms, requester, .. } = &self.bounty;
        Bounty {
            id: self.id,
            requester: *requester,
            terms: terms.clone(),
            train_cid: String::new(),
            test_cid: String::new(),
            metadata_cid: String::new(),
            created_at: 0,
            created_block: 0,
            truth: None,
            submissions: Vec::new(),
            ending: None,
            ended_at: None,
        }
    }

    fn submission(&self) -> Option<Submission> {
        use SubmissionState::{Claimed, Conceded, Paid, Slashed, Verified};
        let mine = self.mine.as_ref()?;
        let has_claimed = matches!(mine.state, Claimed | Conceded | Verified | Slashed | Paid);
        Some(Submission {
            trainer: self.person,
            order: mine.order,
            commitment: mine.commitment,
            state: mine.state,
            claim: has_claimed.then_some(mine.claim),
            reveal: None,
            received: Amount::ZERO,
        })
    }
}
