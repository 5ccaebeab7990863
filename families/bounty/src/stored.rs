//! A bounty as the contract stores it, as one person meets it: a few questions say what they may do, however long the
//! bounty's history is.

use contracts::abi::DecodeError;
use protocol::{Address, Amount, Digest};

use crate::{
    Action, Bounty, Event, FoldError, LoggedEvent, Phase, Submission, SubmissionState, Task, TruthReveal, calls,
    phase::Times,
    returns::{self, ChainBounty, ChainSubmission},
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

    /// When the phase of the block that was asked ends by itself, if it does; seconds since the epoch.
    pub fn phase_ends(&self) -> Option<u64> {
        self.times().ends(self.bounty.phase)
    }

    /// The phase at `now`, as far as nobody has done anything since: later than the block that was asked.
    pub fn phase_at(&self, now: u64) -> Phase {
        let ChainBounty { phase, claims, false_claims, .. } = &self.bounty;
        if phase.is_final() { *phase } else { self.times().phase(now, || claims > false_claims) }
    }

    /// What this person would lose by not doing now; the same rule as [`Bounty::task`].
    pub fn task(&self, now: u64) -> Option<Task> {
        let (phase, mine) = (self.phase_at(now), self.mine.as_ref().map(|mine| mine.state));
        let (is_requester, active) = (self.bounty.requester == self.person, self.bounty.active as usize);
        let action = task::waiting(phase, mine, is_requester, active, self.due)?;
        Some(Task { action, until: self.times().ends(phase) })
    }

    /// When the phase at `now` ends by itself, if it does.
    pub fn phase_ends_at(&self, now: u64) -> Option<u64> {
        self.times().ends(self.phase_at(now))
    }

    /// The bounty as far as its times need it, while it goes on; nothing else is to be read from it.
    pub(crate) fn timed(&self) -> Option<Bounty> {
        let mut bounty = self.bare();
        bounty.truth =
            self.bounty.truth_revealed_at.map(|at| TruthReveal { digest: Digest::ZERO, at, tx: Digest::ZERO });
        bounty.submissions.extend(self.submission());
        (!self.bounty.phase.is_final()).then_some(bounty)
    }

    /// Whether this person posted the bounty or ever submitted to it.
    pub fn takes_part(&self) -> bool {
        self.bounty.requester == self.person || self.mine.is_some()
    }

    fn times(&self) -> Times {
        Times::of(&self.bounty.terms, self.bounty.truth_revealed_at)
    }

    /// Asks the contract: two or three questions, however long the bounty's history is; `None` where there is no such
    /// bounty. Without a person one is enough.
    ///
    /// # Errors
    /// What asking or reading an answer failed with.
    pub async fn read<E: From<DecodeError>>(
        id: u64,
        person: Option<Address>,
        ask: impl AsyncFn(Vec<u8>) -> Result<Vec<u8>, E>,
    ) -> Result<Option<Self>, E> {
        let Some(bounty) = returns::bounty(&ask(calls::bounty(id)).await?)? else { return Ok(None) };
        let nobody = Self { id, bounty, person: Address::ZERO, mine: None, due: Amount::ZERO };
        let Some(person) = person else { return Ok(Some(nobody)) };
        let mine = returns::submission(&ask(calls::submission(id, person)).await?)?;
        // Before the end nothing is due to anybody.
        let due = match mine.is_some() && nobody.bounty.phase.is_final() {
            true => contracts::returns::amount(&ask(calls::due(id, person)).await?)?,
            false => Amount::ZERO,
        };
        Ok(Some(Self { person, mine, due, ..nobody }))
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
        Bounty::bare(self.id, *requester, terms.clone())
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
