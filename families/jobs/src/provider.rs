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

impl Provider {
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
