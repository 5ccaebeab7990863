//! What was folded from events, held against what the contract stores: a node that left events out shows here.

use std::fmt;

use super::Account;
use crate::{
    Model,
    returns::shared::{ChainAccount, ChainTotals},
};

/// What the contract has of a model and its events do not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    Contributions,
    /// Refunds that gave a point.
    Points,
    /// What changes an account's balance or points: top-ups, refunds, reports, withdrawals.
    Account,
}

impl fmt::Display for Lacking {
    /// As in "events are missing: …".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Contributions => "contributions",
            Self::Points => "refunds",
            Self::Account => "what changed an account",
        })
    }
}

impl Lacking {
    /// What `contributions` and `points` of all accounts, as they were told, leave out of what the contract counts.
    /// `stored` must be of a block that the reading of events has reached, or of one before.
    pub fn of_totals(contributions: u64, points: u64, stored: &ChainTotals) -> Option<Self> {
        if u64::from(stored.contributions) > contributions {
            return Some(Self::Contributions);
        }
        (stored.good > points).then_some(Self::Points)
    }

    /// Whether an account is another one than the contract stores. `stored` must be of a block that the reading of
    /// events has reached, and after which nothing was told: balances fall as well as rise.
    pub fn of_account(told: &Account, stored: &ChainAccount) -> Option<Self> {
        (told.balance != stored.balance || told.good != stored.good).then_some(Self::Account)
    }
}

impl Model {
    /// What these events leave out of what the contract counts; see [`Lacking::of_totals`].
    pub fn lacking(&self, stored: &ChainTotals) -> Option<Lacking> {
        Lacking::of_totals(self.contributions.len() as u64, self.total_good, stored)
    }
}
