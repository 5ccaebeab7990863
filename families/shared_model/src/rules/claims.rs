//! Who may take how much of a deposit, and when: the rule of `DepositModel` and `PointsModel`, once.

use serde::{Deserialize, Serialize};

use crate::{events::ReportPath, incentive::IncentiveKind, refusal::Refusal, terms::Terms};
use protocol::{Address, Amount, Digest};

/// What the chain keeps of a contribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Keccak-256 of contributor, label and hash of the sample.
    pub key: Digest,
    /// Who sent it.
    pub contributor: Address,
    /// Index of the class that its contributor says.
    pub label: u16,
    /// Seconds since the epoch.
    pub at: u64,
    /// Deposit at first.
    pub initial: Amount,
    /// What is left of it.
    pub left: Amount,
    /// The model already predicted the label, so that a refund earns no point.
    pub known: bool,
    /// Refunded, or taken completely.
    pub settled: bool,
}

/// Who wants to take a deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reporter {
    /// Who it is.
    pub account: Address,
    /// Whether the model belongs to this account.
    pub owner: bool,
    /// Points of this account.
    pub good: u64,
    /// Whether it has taken a share of this record before.
    pub reported: bool,
}

/// What a refund gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// What is left of the deposit.
    pub amount: Amount,
    /// Whether it earns a point.
    pub point: bool,
}

/// What a report takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What it takes of the deposit.
    pub amount: Amount,
    /// By which way.
    pub path: ReportPath,
}

/// What is possible with a record by time alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RecordPhase {
    /// Until the refund wait is over.
    Waiting,
    /// Its contributor may ask for the refund, who has points may report.
    Claimable,
    /// The owner may take what the model disagrees with, besides.
    OwnersToo,
    /// Anybody else may take what is left.
    Anyones,
    /// Nothing is left.
    Settled,
}

impl Terms {
    /// What is possible with a record at `now`.
    pub fn phase(&self, record: &Record, now: u64) -> RecordPhase {
        let after = |wait: u32| now >= record.at.saturating_add(u64::from(wait));
        if record.settled {
            RecordPhase::Settled
        } else if after(self.any_wait) {
            RecordPhase::Anyones
        } else if !after(self.refund_wait) {
            RecordPhase::Waiting
        } else if after(self.owner_wait) {
            RecordPhase::OwnersToo
        } else {
            RecordPhase::Claimable
        }
    }

    /// When the phase of a record ends by itself, if it does.
    pub fn phase_ends(&self, record: &Record, now: u64) -> Option<u64> {
        let wait = match self.phase(record, now) {
            RecordPhase::Waiting => self.refund_wait,
            RecordPhase::Claimable => self.owner_wait,
            RecordPhase::OwnersToo => self.any_wait,
            RecordPhase::Anyones | RecordPhase::Settled => return None,
        };
        Some(record.at.saturating_add(u64::from(wait)))
    }

    /// What `account` would get by `refund` of a record at `now`. `predicted` is what the model says of the sample
    /// now; it is asked only where that decides. Who does not know yet passes the label, and learns what time allows.
    ///
    /// # Errors
    /// [`Refusal`] as the contract's revert, in its order.
    pub fn refund(
        &self,
        incentive: IncentiveKind,
        record: &Record,
        account: &Address,
        now: u64,
        predicted: impl FnOnce() -> u16,
    ) -> Result<Refund, Refusal> {
        let key = record.key;
        if incentive == IncentiveKind::Market {
            return Err(Refusal::NothingToRefund);
        }
        // The key is of the caller: somebody else's record is not found under it.
        if record.contributor != *account {
            return Err(Refusal::NoSuchContribution { key });
        }
        if record.settled {
            return Err(Refusal::AlreadySettled { key });
        }
        self.after(self.refund_wait, record, now)?;
        let (predicted, label) = (predicted(), record.label);
        if predicted != label {
            return Err(Refusal::ModelDisagrees { predicted, label });
        }
        Ok(Refund { amount: record.left, point: !record.known })
    }

    /// What `reporter` would take by `report` of a record at `now`, where all accounts together have `total_good`
    /// points. `predicted` is what the model says of the sample now; it is asked only where that decides.
    ///
    /// # Errors
    /// [`Refusal`] as the contract's revert, in its order.
    pub fn report(
        &self,
        incentive: IncentiveKind,
        record: &Record,
        reporter: &Reporter,
        total_good: u64,
        now: u64,
        predicted: impl FnOnce() -> u16,
    ) -> Result<Report, Refusal> {
        let key = record.key;
        if incentive != IncentiveKind::Deposit {
            return Err(Refusal::NothingToReport);
        }
        if record.settled {
            return Err(Refusal::AlreadySettled { key });
        }
        if record.contributor == reporter.account {
            return Err(Refusal::OwnContribution { key });
        }
        if self.after(self.any_wait, record, now).is_ok() {
            return Ok(Report { amount: record.left, path: ReportPath::Anyone });
        }
        self.after(self.refund_wait, record, now)?;
        let owners = reporter.owner && self.after(self.owner_wait, record, now).is_ok();
        if !owners && reporter.good == 0 {
            return Err(Refusal::NoPoints { account: reporter.account });
        }
        if !owners && reporter.reported {
            return Err(Refusal::AlreadyReported { key });
        }
        let predicted = predicted();
        if predicted == record.label {
            return Err(Refusal::ModelAgrees { predicted });
        }
        if owners {
            return Ok(Report { amount: record.left, path: ReportPath::Owner });
        }
        Ok(Report { amount: share(record, reporter.good, total_good), path: ReportPath::Share })
    }

    fn after(&self, wait: u32, record: &Record, now: u64) -> Result<(), Refusal> {
        let until = record.at.saturating_add(u64::from(wait));
        if now < until { Err(Refusal::TooEarly { until, now }) } else { Ok(()) }
    }
}

/// The part of a deposit that a report by points takes: initial · good / total, rounded down, at most what is left; all
/// that is left where it rounds to nothing. `good` is 1 to `total`.
pub fn share(record: &Record, good: u64, total: u64) -> Amount {
    // A deposit has 88 bits, but good has 64: the product needs 152. Split by the quotient, which is exact.
    let (initial, good, total) = (record.initial.0, u128::from(good), u128::from(total.max(1)));
    let share = (initial / total).saturating_mul(good).saturating_add(initial % total * good / total);
    if share == 0 || share > record.left.0 { record.left } else { Amount(share) }
}

#[cfg(test)]
mod tests;
