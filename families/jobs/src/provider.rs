//! A provider, as the contract stores it.

use protocol::Amount;
use serde::{Deserialize, Serialize};

use crate::{MAX_WEIGHT, MIN_DEPOSIT, Offer};

/// All that is stored of a provider. Of one that has left only the nonce stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Its place in draws, from 1; 0 for one that has left.
    pub slot: u32,
    /// In draws, 0 while it pauses.
    pub weight: u8,
    /// Of which `locked` is a part.
    pub deposit: Amount,
    /// For jobs that run and for duties as a juror.
    pub locked: Amount,
    /// When its deposit or offer was changed last by itself.
    pub since: u64,
    /// The least that its quotes must have.
    pub nonce: u64,
    pub offer: Offer,
}

/// What an event of a job does to a deposit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Change {
    /// Stays in the deposit, and cannot be taken back until it is freed.
    pub locks: Amount,
    pub frees: Amount,
    pub gains: Amount,
    pub loses: Amount,
}

/// What one job has done to one deposit, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub locked: Amount,
    pub gained: Amount,
    pub lost: Amount,
}

impl Held {
    pub fn take(&mut self, change: Change) {
        self.locked = less(plus(self.locked, change.locks), change.frees);
        self.gained = plus(self.gained, change.gains);
        self.lost = plus(self.lost, change.loses);
    }
}

impl Provider {
    pub(crate) fn take(&mut self, change: Change) {
        self.locked = less(plus(self.locked, change.locks), change.frees);
        self.deposit = less(plus(self.deposit, change.gains), change.loses);
    }

    /// What of the deposit is not locked.
    pub fn free(&self) -> Amount {
        Amount(self.deposit.0.saturating_sub(self.locked.0))
    }

    /// The weight that counts in a draw: a deposit that was slashed counts for what is left of it.
    pub fn drawn_weight(&self) -> u128 {
        (self.deposit.0 / MIN_DEPOSIT.0).min(self.weight.into())
    }

    pub(crate) fn weigh(&mut self, at: u64) {
        self.weight = u8::try_from(self.deposit.0 / MIN_DEPOSIT.0).unwrap_or(MAX_WEIGHT).min(MAX_WEIGHT);
        self.since = at;
    }
}

fn plus(amount: Amount, more: Amount) -> Amount {
    Amount(amount.0.saturating_add(more.0))
}

fn less(amount: Amount, taken: Amount) -> Amount {
    Amount(amount.0.saturating_sub(taken.0))
}
