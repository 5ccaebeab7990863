//! What the views keep of a model: its state without records and accounts, and one of each of these.

use ::shared_model::{
    Event, IncentiveKind, LoggedEvent, Shape, Terms,
    api::{ContributionState, ProposedClass},
};
use protocol::{Address, Amount, Digest, cid::Cid};
use serde::{Deserialize, Serialize};

/// Bytes of a word of weights.
const WORD: usize = 30;

/// A model without its records and accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelState {
    pub owner: Address,
    pub classifier: Address,
    pub incentive: IncentiveKind,
    pub shape: Shape,
    pub terms: Terms,
    /// Text from a stranger.
    pub metadata_cid: String,
    pub created_block: u64,
    pub created_log: u64,
    pub created_at: u64,
    /// Words of the weights.
    pub loaded: u32,
    pub ready: bool,
    /// Classes now.
    pub classes: u16,
    /// Of all accounts.
    pub points: u64,
    pub contributions: u64,
    /// Distinct accounts.
    pub contributors: u64,
    pub proposals: Vec<ProposedClass>,
    /// The proposal that was supported last: the one that is accepted, if one is.
    supported: u64,
}

/// A contribution as folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) number: u64,
    pub(super) contributor: Address,
    pub(super) label: u16,
    pub(super) predicted: u16,
    pub(super) deposit: Amount,
    pub(super) left: Amount,
    pub(super) state: ContributionState,
    pub(super) point: bool,
    pub(super) sample: String,
    pub(super) at: u64,
    pub(super) tx: Digest,
    pub(super) block: u64,
    pub(super) block_hash: Digest,
    pub(super) log_index: u64,
}

/// An account's part in a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) good: u64,
    pub(super) balance: Amount,
    pub(super) contributions: u64,
    pub(super) earned: Amount,
}

impl ModelState {
    /// A model as it is created; `None` for another event.
    pub(super) fn created(logged: &LoggedEvent) -> Option<Self> {
        let Event::Created { owner, classifier, incentive, shape, terms, metadata_cid } = &logged.event else {
            return None;
        };
        Some(Self {
            owner: *owner,
            classifier: *classifier,
            incentive: *incentive,
            classes: shape.classes,
            shape: shape.clone(),
            terms: terms.clone(),
            metadata_cid: metadata_cid.clone(),
            created_block: logged.block,
            created_log: logged.log_index,
            created_at: logged.at,
            loaded: 0,
            ready: false,
            points: 0,
            contributions: 0,
            contributors: 0,
            proposals: Vec::new(),
            supported: 0,
        })
    }

    /// The CID of the metadata where it is one: the chain takes any text, a database may not.
    pub(super) fn cid(&self) -> String {
        self.metadata_cid.parse::<Cid>().map(|cid| cid.to_string()).unwrap_or_default()
    }

    /// The next words. `None` where they are not the next.
    pub(super) fn load(&mut self, first: u32, words: &[u8]) -> Option<()> {
        if first != self.loaded {
            return None;
        }
        self.loaded = first.checked_add(u32::try_from(words.len() / WORD).ok()?)?;
        Some(())
    }

    /// `None` where an earlier proposal is missing.
    pub(super) fn propose(&mut self, proposal: u64, name: &str) -> Option<()> {
        if proposal != self.proposals.len() as u64 + 1 {
            return None;
        }
        self.proposals.push(ProposedClass { proposal, name: name.to_string(), support: 0, index: None });
        Some(())
    }

    /// `None` where there is no such proposal.
    pub(super) fn support(&mut self, proposal: u64, weight: u64) -> Option<()> {
        let found = self.proposals.iter_mut().find(|found| found.proposal == proposal)?;
        found.support = found.support.saturating_add(weight);
        self.supported = proposal;
        Some(())
    }

    /// `None` where no proposal was supported before.
    pub(super) fn add_class(&mut self, index: u16) -> Option<()> {
        let supported = self.supported;
        self.proposals.iter_mut().find(|found| found.proposal == supported)?.index = Some(index);
        self.classes = index.checked_add(1)?;
        Some(())
    }
}

impl Account {
    pub(super) fn credit(&mut self, amount: Amount) {
        self.balance = Amount(self.balance.0.saturating_add(amount.0));
    }

    /// `None` where there is less: what is short is topped up before.
    pub(super) fn debit(&mut self, amount: Amount) -> Option<()> {
        self.balance = Amount(self.balance.0.checked_sub(amount.0)?);
        Some(())
    }

    pub(super) fn earn(&mut self, amount: Amount) {
        self.earned = Amount(self.earned.0.saturating_add(amount.0));
        self.credit(amount);
    }
}

impl Record {
    /// The market that it was made for has ended.
    pub(super) fn settle(&mut self) {
        self.left = Amount::ZERO;
        self.state = ContributionState::Settled;
    }

    /// `None` where less is left.
    pub(super) fn take(&mut self, amount: Amount) -> Option<()> {
        self.left = Amount(self.left.0.checked_sub(amount.0)?);
        Some(())
    }
}
