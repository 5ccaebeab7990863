//! What a person takes part in, held against the contract: a node or a server that leaves a bounty out, or an event of
//! it, must cost nobody a stake.

use std::collections::{BTreeMap, BTreeSet};

use contracts::abi::DecodeError;
use protocol::{Address, Amount};

use crate::{Action, Bounty, Coming, Lacking, Phase, Standing, StoredBounty, SubmissionState, Task, Terms};

/// How many of the newest bounties are asked about though nobody names them: what a node and a server both leave out
/// is most likely new.
pub const NEWEST: u64 = 16;

/// A bounty that a person takes part in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// As its events tell it; the contract does not contradict.
    Told(Box<Bounty>),
    /// As the contract stores it, since the events lack something of this person's.
    Stored(Box<StoredBounty>),
}

/// The bounties of a person, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    pub parts: Vec<Part>,
    /// What events leave out of which of them.
    pub lacking: BTreeMap<u64, Lacking>,
}

impl Parts {
    /// Holds against the contract what events tell of a person's bounties at `now`, and what others say that the person takes
    /// part in: `named` by a server, by what was found before, or by being new. All that they can do is to name what is
    /// not so, which the contract denies.
    ///
    /// # Errors
    /// What asking or reading an answer failed with.
    pub async fn hold<E: From<DecodeError>>(
        person: Address,
        now: u64,
        told: Vec<Bounty>,
        named: &BTreeSet<u64>,
        ask: impl AsyncFn(Vec<u8>) -> Result<Vec<u8>, E>,
    ) -> Result<Self, E> {
        let mut found = Self::default();
        let mut told: BTreeMap<u64, Bounty> = told.into_iter().map(|bounty| (bounty.id, bounty)).collect();
        let ids: BTreeSet<u64> = told.keys().chain(named).copied().collect();
        for id in ids.into_iter().rev() {
            let told = told.remove(&id);
            let told = match told {
                Some(told) if is_safe(&told, &person, now) => {
                    found.parts.push(Part::Told(Box::new(told)));
                    continue;
                }
                told => told,
            };
            let Some(stored) = StoredBounty::read(id, Some(person), &ask).await? else { continue };
            if !stored.takes_part() {
                continue;
            }
            let lacking = match &told {
                Some(told) => told.lacking_of(&person, stored.mine.as_ref()).or_else(|| decisive(told, &stored)),
                None => Some(Lacking::Submissions),
            };
            found.parts.push(match (told, lacking) {
                (Some(told), None) => Part::Told(Box::new(told)),
                (_, lacking) => {
                    found.lacking.extend(lacking.map(|lacking| (id, lacking)));
                    Part::Stored(Box::new(stored))
                }
            });
        }
        Ok(found)
    }
}

/// Of the newest bounties those that nobody has named and nobody was asked about.
pub fn unnamed(count: u64, named: &BTreeSet<u64>, asked: &BTreeSet<u64>) -> Vec<u64> {
    let newest = count.saturating_sub(NEWEST) + 1..=count;
    newest.filter(|id| !named.contains(id) && !asked.contains(id)).collect()
}

/// Whether nothing can be lost by what events leave out of this bounty. Until the deadline it is nobody's turn; and what
/// has ended and owes nothing would owe more if something were left out.
fn is_safe(told: &Bounty, person: &Address, now: u64) -> bool {
    match told.phase(now) {
        Phase::Open => told.submission(person).is_some_and(crate::Submission::is_active) || told.requester == *person,
        phase => phase.is_final() && told.due(person) == Amount::ZERO,
    }
}

/// What decides about everybody's turn: the end, the truth, and for the requester whether any submission stands.
fn decisive(told: &Bounty, stored: &StoredBounty) -> Option<Lacking> {
    if stored.bounty.phase.is_final() && told.ending.is_none() {
        return Some(Lacking::End);
    }
    if stored.bounty.truth_revealed_at.is_some() && told.truth.is_none() {
        return Some(Lacking::Truth);
    }
    let goes_on = told.ending.is_none();
    match (told.active(), stored.bounty.active) {
        (0, 1..) if goes_on => Some(Lacking::Submissions),
        (1.., 0) if goes_on => Some(Lacking::Withdrawals),
        _ => None,
    }
}

impl Part {
    pub fn id(&self) -> u64 {
        match self {
            Self::Told(bounty) => bounty.id,
            Self::Stored(stored) => stored.id,
        }
    }

    pub fn terms(&self) -> &Terms {
        match self {
            Self::Told(bounty) => &bounty.terms,
            Self::Stored(stored) => &stored.bounty.terms,
        }
    }

    pub fn phase(&self, now: u64) -> Phase {
        match self {
            Self::Told(bounty) => bounty.phase(now),
            Self::Stored(stored) => stored.phase_at(now),
        }
    }

    /// When the current phase ends by itself, if it does.
    pub fn phase_ends(&self, now: u64) -> Option<u64> {
        match self {
            Self::Told(bounty) => bounty.phase_ends(now),
            Self::Stored(stored) => stored.phase_ends_at(now),
        }
    }

    /// What this person would lose by not doing now, and what a winner can still be sent: that is in the claims of others,
    /// which events alone tell.
    pub fn task(&self, person: &Address, now: u64) -> Option<Task> {
        let stakes = Task { action: Action::SendStake, until: None };
        match self {
            Self::Told(bounty) => bounty.task(person, now).or_else(|| bounty.is_owed_stakes(person).then_some(stakes)),
            Self::Stored(stored) => stored.task(now),
        }
    }

    /// What this person will have to do later.
    pub fn coming(&self, person: &Address, now: u64) -> Vec<Coming> {
        match self {
            Self::Told(bounty) => bounty.coming(person, now),
            Self::Stored(stored) => stored.timed().map(|bounty| bounty.coming(person, now)).unwrap_or_default(),
        }
    }

    /// Where this person's submission stands; `None` where they made none.
    pub fn standing(&self, person: &Address, now: u64) -> Option<Standing> {
        match self {
            Self::Told(bounty) => bounty.standing(person, now),
            Self::Stored(stored) => stored.standing(now),
        }
    }

    /// What this person was paid so far, where that is known.
    pub fn received(&self, person: &Address) -> Option<Amount> {
        match self {
            Self::Told(bounty) => bounty.submission(person).map(|mine| mine.received),
            Self::Stored(stored) => {
                let nothing = !matches!(stored.mine.as_ref()?.state, SubmissionState::Paid);
                nothing.then_some(Amount::ZERO)
            }
        }
    }
}
