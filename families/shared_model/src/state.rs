//! The state of a model, folded from its events: money, points, records and classes. The weights are not here but in the
//! replica, `shared_model::learn::classifier`.
//!
//! [`fold::apply`] is the one place that says what an event does. Page, replay and simulation use it on [`Model`], the
//! server on what it keeps in its database; so whatever the server says can be checked by folding the same events read
//! from the chain.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    claims::{Record, Refund, Take, Taker},
    events::{Event, LoggedEvent, TakePath},
    incentive::IncentiveKind,
    refusal::Refusal,
    sample::Sample,
    shape::Shape,
    terms::Terms,
};
use protocol::{Address, Amount, Digest, keccak};

pub mod fold;
mod keep;
mod lacking;
mod market;
mod market_turn;
mod steps;
mod stored;

pub use lacking::Lacking;
pub use market::{Entry, Market, MarketStage, Over, Piece, Training, commitment, contribution_commitment};
pub use market_turn::{EVALUATION_TIME, MarketAct, MarketComing, MarketTurn, STALL};
pub use steps::{Step, Todo};
pub use stored::{
    MOST_PROPOSALS, NamedContribution, StoredContribution, StoredMarket, StoredModel, StoredProposal, Wanted,
};

/// Longest name of a class that the contract accepts, in bytes.
pub const MAX_CLASS_NAME: usize = 64;
/// Points of all accounts from which on they decide about classes, and not the owner.
pub const LEAST_CLASS_POINTS: u64 = 10;

/// How a contribution ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Its contributor has what was left, and the point if it earned one. So ends, as soon as it is made, what the model
    /// knew and what cost nothing.
    Refunded { point: bool },
    /// Others have taken all of it.
    Taken,
    /// The prediction market has counted it.
    Evaluated,
}

/// A contribution: its record, and where it stands in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// Deposit and label, as the chain keeps them.
    pub record: Record,
    /// What the model predicted before it learned from this.
    pub predicted: u16,
    /// As the model was given it.
    pub sample: Vec<u8>,
    /// Height of its block.
    pub block: u64,
    /// Hash of its block.
    pub block_hash: Digest,
    /// Position in the block.
    pub log_index: u64,
    /// The transaction that made it.
    pub tx: Digest,
    /// Who has taken how much of it, by which way, in order.
    pub takes: Vec<(Address, Amount, TakePath)>,
    /// How it ended, if it did.
    pub ending: Option<Ending>,
}

/// What a model knows of an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Account {
    /// Inside the model; pays deposits, can be withdrawn.
    pub balance: Amount,
    /// Points: contributions that the model came to agree with.
    pub good: u64,
    /// All that it ever made to this model.
    pub contributions: u64,
    /// Taken of others' deposits.
    pub earned: Amount,
}

/// A class that somebody has proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// 1 for the first one.
    pub id: u64,
    /// Who proposed it.
    pub proposer: Address,
    /// Text from a stranger.
    pub name: String,
    /// When, seconds since the epoch.
    pub at: u64,
    /// Points behind it.
    pub support: u64,
    /// Who has put points behind it.
    pub supporters: BTreeSet<Address>,
    /// Index of the class, once accepted.
    pub index: Option<u16>,
}

impl Proposal {
    /// As it is made.
    pub fn new(id: u64, proposer: Address, name: String, at: u64) -> Self {
        Self { id, proposer, name, at, support: 0, supporters: BTreeSet::new(), index: None }
    }
}

/// Everything that the chain says about one model, without its weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Address of its contract.
    pub address: Address,
    /// Who created it.
    pub owner: Address,
    /// The clone that holds the weights.
    pub classifier: Address,
    /// Its rules of money.
    pub incentive: IncentiveKind,
    /// As at the start; classes now are [`Model::classes`].
    pub shape: Shape,
    /// As created.
    pub terms: Terms,
    /// Text from a stranger, checked where it is used.
    pub metadata_cid: String,
    /// Seconds since the epoch.
    pub created_at: u64,
    /// Block of creation: where reading this model's events may start.
    pub created_block: u64,
    /// Words of the start that are loaded.
    pub loaded: u32,
    /// Whether the start is complete, so that the model can be taught.
    pub ready: bool,
    /// Classes now.
    pub classes: u16,
    /// In the order of the chain.
    pub contributions: Vec<Contribution>,
    /// By address; who is not among them has nothing.
    pub accounts: BTreeMap<Address, Account>,
    /// Points of all accounts.
    pub total_good: u64,
    /// Time of the last contribution that the model did not know, or of the creation: the price counts from there.
    pub last: u64,
    /// Classes proposed since creation, oldest first.
    pub proposals: Vec<Proposal>,
    /// The market that was posted last, if it is a prediction market.
    pub market: Option<Market>,
    /// Position in `contributions` by key.
    positions: BTreeMap<Digest, usize>,
}

/// Why an event does not fit the state it meets: the log is incomplete or not from this contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    #[error("The history of model {0} does not begin with its creation; the source of events left some out.")]
    NotCreated(Address),
    #[error(
        "The history of model {model} goes on before word {word} of its start is loaded; the source of events left some out."
    )]
    NotLoaded { model: Address, word: u32 },
    #[error(
        "The history of model {model} claims contribution {key} before it was made; the source of events left some out."
    )]
    UnknownContribution { model: Address, key: Digest },
    #[error(
        "The history of model {model} takes more than there is from {account}; the source of events left some out."
    )]
    Overdrawn { model: Address, account: Address },
    #[error(
        "The history of model {model} supports proposal {proposal} before it was made; the source of events left some out."
    )]
    UnknownProposal { model: Address, proposal: u64 },
    #[error(
        "The history of model {0} goes on with a market that was never posted; the source of events left some out."
    )]
    NoMarket(Address),
}

/// The key of a contribution: keccak256(abi.encode(contributor, label, keccak256(sample))).
pub fn record_key(contributor: &Address, label: u16, sample: &[u8]) -> Digest {
    let mut encoded = [0u8; 96];
    encoded[12..32].copy_from_slice(&contributor.0);
    encoded[62..64].copy_from_slice(&label.to_be_bytes());
    encoded[64..].copy_from_slice(&keccak(&[sample]).0);
    keccak(&[&encoded])
}

impl Model {
    /// Folds a whole history, oldest first. `None` where it is empty.
    ///
    /// # Errors
    /// [`FoldError`] when events are missing.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a LoggedEvent>) -> Result<Option<Self>, FoldError> {
        let mut model = None;
        for logged in events {
            Self::apply(&mut model, logged)?;
        }
        Ok(model)
    }

    /// Applies the next event of a model's history.
    ///
    /// # Errors
    /// [`FoldError`] when an earlier event is missing; the model is of no use then.
    pub fn apply(model: &mut Option<Self>, logged: &LoggedEvent) -> Result<(), FoldError> {
        if let Event::Created { owner, classifier, incentive, shape, terms, metadata_cid } = &logged.event {
            *model = Some(Self {
                address: logged.subject,
                owner: *owner,
                classifier: *classifier,
                incentive: *incentive,
                classes: shape.classes,
                shape: shape.clone(),
                terms: terms.clone(),
                metadata_cid: metadata_cid.clone(),
                created_at: logged.at,
                created_block: logged.block,
                loaded: 0,
                ready: false,
                contributions: Vec::new(),
                accounts: BTreeMap::new(),
                total_good: 0,
                last: logged.at,
                proposals: Vec::new(),
                market: None,
                positions: BTreeMap::new(),
            });
            return Ok(());
        }
        model.as_mut().ok_or(FoldError::NotCreated(logged.subject))?.next(logged)
    }

    /// Applies the next event of this model's history.
    ///
    /// # Errors
    /// [`FoldError`] when an earlier event is missing; the model is of no use then.
    pub fn next(&mut self, logged: &LoggedEvent) -> Result<(), FoldError> {
        fold::apply(self, logged)
    }

    /// What the model knows of an account; nothing of a stranger.
    pub fn account(&self, account: &Address) -> Account {
        self.accounts.get(account).copied().unwrap_or_default()
    }

    /// What a payment of this amount takes out of the account's wallet: what its balance in the model does not cover. The
    /// same rule as `SharedModel._charge`.
    pub fn missing(&self, account: &Address, amount: Amount) -> Amount {
        Amount(amount.0.saturating_sub(self.account(account).balance.0))
    }

    /// The contribution with this key.
    pub fn contribution(&self, key: &Digest) -> Option<&Contribution> {
        self.contributions.get(*self.positions.get(key)?)
    }

    /// All that the model owes, to accounts and to records: what it must hold in ModelCoin.
    pub fn owed(&self) -> Amount {
        let balances: u128 = self.accounts.values().map(|a| a.balance.0).sum();
        let held: u128 = match &self.market {
            // Stakes are no one contribution's any more.
            Some(market) => market.escrowed.0,
            None => self.contributions.iter().map(|c| c.record.left.0).sum(),
        };
        Amount(balances + held)
    }

    /// What a contribution costs at `now`: nothing for points, the stake in a prediction market.
    pub fn deposit(&self, now: u64) -> Amount {
        match self.incentive {
            IncentiveKind::Deposit => self.terms.deposit(now.saturating_sub(self.last)),
            IncentiveKind::Points => Amount::ZERO,
            IncentiveKind::Market => self.market.as_ref().map_or(Amount::ZERO, |m| m.stake),
        }
    }

    /// What a contribution will cost if nobody else contributes: at `now`, and then at the end of each of the next
    /// `minutes`.
    pub fn deposits(&self, now: u64, minutes: u64) -> Vec<(u64, Amount)> {
        (0..=minutes).map(|minute| now + 60 * minute).map(|at| (at, self.deposit(at))).collect()
    }

    /// What `account` would get by the refund of a contribution; see [`Terms::refund`].
    ///
    /// # Errors
    /// [`Refusal`] as the contract's revert.
    pub fn refund(
        &self,
        account: &Address,
        key: &Digest,
        now: u64,
        predicted: impl FnOnce() -> u16,
    ) -> Result<Refund, Refusal> {
        let found = self.contribution(key).ok_or(Refusal::NoSuchContribution { key: *key })?;
        self.terms.refund(self.incentive, &found.record, account, now, predicted)
    }

    /// Whether `account` can report a contribution; see [`Terms::report`].
    ///
    /// # Errors
    /// [`Refusal`] as the contract's revert.
    pub fn report(
        &self,
        account: &Address,
        key: &Digest,
        now: u64,
        predicted: impl FnOnce() -> u16,
    ) -> Result<(), Refusal> {
        let (found, who) = self.taking(account, key)?;
        self.terms.report(self.incentive, &found.record, &who, now, predicted)
    }

    /// What `account` would take of a reported contribution; see [`Terms::take`].
    ///
    /// # Errors
    /// [`Refusal`] as the contract's revert.
    pub fn take(
        &self,
        account: &Address,
        key: &Digest,
        now: u64,
        predicted: impl FnOnce() -> u16,
    ) -> Result<Take, Refusal> {
        let (found, who) = self.taking(account, key)?;
        self.terms.take(self.incentive, &found.record, &who, self.total_good, now, predicted)
    }

    /// A contribution, and who would take of it.
    fn taking(&self, account: &Address, key: &Digest) -> Result<(&Contribution, Taker), Refusal> {
        if self.incentive != IncentiveKind::Deposit {
            return Err(Refusal::NothingToReport);
        }
        let found = self.contribution(key).ok_or(Refusal::NoSuchContribution { key: *key })?;
        let who = Taker {
            account: *account,
            owner: *account == self.owner,
            good: self.account(account).good,
            taken: found.takes.iter().any(|(taker, ..)| taker == account),
        };
        Ok((found, who))
    }

    /// What a contribution of `account` would cost at `now`, or the stake in a prediction market. `most` is what the
    /// person agrees to pay.
    ///
    /// # Errors
    /// [`Refusal`] for what the contract would refuse: an incomplete model, a label or sample that it does not take,
    /// the same thing twice, a deposit that is too high.
    pub fn contribute(
        &self,
        account: &Address,
        sample: &[u8],
        label: u16,
        most: Amount,
        now: u64,
    ) -> Result<Amount, Refusal> {
        let cost = match self.incentive {
            IncentiveKind::Points => Amount::ZERO,
            IncentiveKind::Market => self.stake(account, most, now)?,
            IncentiveKind::Deposit => {
                let cost = self.deposit(now);
                if cost > most {
                    return Err(Refusal::DepositTooHigh { cost, most });
                }
                cost
            }
        };
        let key = record_key(account, label, sample);
        if self.positions.contains_key(&key) {
            return Err(Refusal::AlreadyContributed { key });
        }
        if !self.ready {
            return Err(Refusal::NotReady { loaded: self.loaded, needed: self.shape.needed() as u32 });
        }
        if label >= self.classes {
            return Err(Refusal::UnknownLabel { label, classes: self.classes });
        }
        // What cannot be shown must not be committed to.
        if let (Sample::Sparse(listed), IncentiveKind::Market) = (Sample::parse(&self.shape, sample)?, self.incentive) {
            let (listed, most) = (listed.len(), market::MOST_FEATURES);
            if listed > most {
                return Err(Refusal::SampleTooLong { listed, most });
            }
        }
        Ok(cost)
    }

    /// The next word that `account` may load into the start.
    ///
    /// # Errors
    /// [`Refusal::NotOwner`], [`Refusal::AlreadyLoaded`].
    pub fn load(&self, account: &Address) -> Result<u32, Refusal> {
        let needed = self.shape.needed() as u32;
        if *account != self.owner {
            return Err(Refusal::NotOwner { owner: self.owner });
        }
        if self.ready || self.loaded >= needed { Err(Refusal::AlreadyLoaded { needed }) } else { Ok(self.loaded) }
    }

    /// # Errors
    /// [`Refusal::BalanceTooLow`].
    pub fn withdraw(&self, account: &Address, amount: Amount) -> Result<(), Refusal> {
        let balance = self.account(account).balance;
        if amount > balance { Err(Refusal::BalanceTooLow { balance, amount }) } else { Ok(()) }
    }

    /// Whether another class may be proposed.
    ///
    /// # Errors
    /// [`Refusal`] as the contract's revert.
    pub fn propose_class(&self, name: &str) -> Result<(), Refusal> {
        let length = name.len();
        if !(1..=MAX_CLASS_NAME).contains(&length) {
            return Err(Refusal::BadClassName { length });
        }
        let capacity = self.shape.capacity;
        if self.classes >= capacity { Err(Refusal::NoRoomForClass { capacity }) } else { Ok(()) }
    }

    /// Whether `account` may support a proposal, and with how many points.
    ///
    /// # Errors
    /// [`Refusal`] as the contract's revert.
    pub fn support_class(&self, account: &Address, proposal: u64) -> Result<u64, Refusal> {
        let found = self.open_proposal(proposal)?;
        if found.supporters.contains(account) {
            return Err(Refusal::AlreadySupported { proposal });
        }
        match self.account(account).good {
            0 => Err(Refusal::NoPoints { account: *account }),
            weight => Ok(weight),
        }
    }

    /// Whether `account` may add a proposed class at `now`. Answers the class's index.
    ///
    /// # Errors
    /// [`Refusal`] as the contract's revert.
    pub fn add_class(&self, account: &Address, proposal: u64, now: u64) -> Result<u16, Refusal> {
        let found = self.open_proposal(proposal)?;
        let until = self.class_from(found);
        if now < until {
            return Err(Refusal::TooEarly { until, now });
        }
        let (support, good) = (found.support, self.total_good);
        if good < LEAST_CLASS_POINTS {
            if *account != self.owner {
                return Err(Refusal::TooFewPoints { good });
            }
        } else if u128::from(support) * 2 <= u128::from(good) {
            return Err(Refusal::TooLittleSupport { support, good });
        }
        let capacity = self.shape.capacity;
        if self.classes >= capacity { Err(Refusal::NoRoomForClass { capacity }) } else { Ok(self.classes) }
    }

    /// From when on a proposed class can be added, seconds since the epoch.
    pub fn class_from(&self, proposal: &Proposal) -> u64 {
        proposal.at.saturating_add(u64::from(self.terms.owner_wait))
    }

    /// A proposal that was not accepted yet.
    fn open_proposal(&self, proposal: u64) -> Result<&Proposal, Refusal> {
        let found = self.proposals.iter().find(|p| p.id == proposal).ok_or(Refusal::NoSuchProposal { proposal })?;
        if found.index.is_some() { Err(Refusal::AlreadyAdded { proposal }) } else { Ok(found) }
    }
}

#[cfg(test)]
mod tests;
