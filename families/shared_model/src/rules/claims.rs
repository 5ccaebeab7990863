//! Who may take how much of a deposit, and when: the rule of `DepositModel` and `PointsModel`, once.

use serde::{Deserialize, Serialize};

use crate::{events::TakePath, incentive::IncentiveKind, refusal::Refusal, terms::Terms};
use protocol::{Address, Amount, Digest};

/// Refund waits after a contribution from which on it earns a point.
const POINT_WAITS: u64 = 2;
/// Refund waits after a report from which on anyone takes, once the longest wait is over.
const ANYONES_WAITS: u64 = 2;
/// Refund waits for which a report counts.
const REPORT_WAITS: u64 = 3;

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
    /// When it was reported last.
    pub reported_at: Option<u64>,
    /// Nothing is left to claim, no point either.
    pub settled: bool,
}

/// Who wants to report a contribution, or take its deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taker {
    /// Who it is.
    pub account: Address,
    /// Whether the model belongs to this account.
    pub owner: bool,
    /// Points of this account.
    pub good: u64,
    /// Whether it has taken a share of this record before.
    pub taken: bool,
}

/// What a refund gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// What is left of the deposit.
    pub amount: Amount,
    /// Whether it earns a point.
    pub point: bool,
}

/// What can be taken of a deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Take {
    /// Of what is left.
    pub amount: Amount,
    /// By which way.
    pub path: TakePath,
}

/// The times of a report, seconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportTimes {
    /// The owner and whoever has points can take from then on.
    pub takeable: u64,
    /// Anyone can, from then on, once the longest wait is over.
    pub anyones: u64,
    /// It counts until then; a new one can be made from then on.
    pub ends: u64,
}

/// What is possible with a record by time alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RecordPhase {
    /// Until the refund wait is over.
    Waiting,
    /// Its contributor may ask for the refund; the owner and whoever has points may report.
    Claimable,
    /// The owner may take what is left of a reported one, besides.
    OwnersToo,
    /// Anybody else may report it, and take what is left.
    Anyones,
    /// Nothing is left to claim.
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

    /// From when on a contribution earns a point, unless the model knew it.
    pub fn point_from(&self, record: &Record) -> u64 {
        record.at.saturating_add(POINT_WAITS * u64::from(self.refund_wait))
    }

    /// The times of the last report of a record, while that counts.
    pub fn report_times(&self, record: &Record, now: u64) -> Option<ReportTimes> {
        let (at, wait) = (record.reported_at?, u64::from(self.refund_wait));
        let after = |waits: u64| at.saturating_add(waits * wait);
        let times = ReportTimes { takeable: after(1), anyones: after(ANYONES_WAITS), ends: after(REPORT_WAITS) };
        (now < times.ends).then_some(times)
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
        let point = !record.known && now >= self.point_from(record);
        if record.left == Amount::ZERO && !point {
            return Err(Refusal::TooEarly { until: self.point_from(record), now });
        }
        let (predicted, label) = (predicted(), record.label);
        if predicted != label {
            return Err(Refusal::ModelDisagrees { predicted, label });
        }
        Ok(Refund { amount: record.left, point })
    }

    /// Whether `who` can report a record at `now`. `predicted` is what the model says of the sample now; it is asked
    /// only where that decides.
    ///
    /// # Errors
    /// [`Refusal`] as the contract's revert, in its order.
    pub fn report(
        &self,
        incentive: IncentiveKind,
        record: &Record,
        who: &Taker,
        now: u64,
        predicted: impl FnOnce() -> u16,
    ) -> Result<(), Refusal> {
        takeable(incentive, record, who)?;
        self.after(self.refund_wait, record, now)?;
        if let Some(times) = self.report_times(record, now) {
            return Err(Refusal::AlreadyReported { key: record.key, until: times.ends });
        }
        if self.after(self.any_wait, record, now).is_err() && !who.owner && who.good == 0 {
            return Err(Refusal::NoPoints { account: who.account });
        }
        disagrees(predicted(), record)
    }

    /// What `who` would take of a reported record at `now`, where all accounts together have `total_good` points.
    /// `predicted` is what the model says of the sample now; it is asked only where that decides.
    ///
    /// # Errors
    /// [`Refusal`] as the contract's revert, in its order.
    pub fn take(
        &self,
        incentive: IncentiveKind,
        record: &Record,
        who: &Taker,
        total_good: u64,
        now: u64,
        predicted: impl FnOnce() -> u16,
    ) -> Result<Take, Refusal> {
        takeable(incentive, record, who)?;
        let key = record.key;
        let times = self.report_times(record, now).ok_or(Refusal::NotReported { key })?;
        if now < times.takeable {
            return Err(Refusal::TooEarly { until: times.takeable, now });
        }
        let waited = |wait| self.after(wait, record, now).is_ok();
        let all = |path| Take { amount: record.left, path };
        let take = if who.owner && waited(self.owner_wait) {
            all(TakePath::Owner)
        } else if waited(self.any_wait) && now >= times.anyones {
            all(TakePath::Anyone)
        } else if who.good == 0 {
            return Err(match waited(self.any_wait) {
                true => Refusal::TooEarly { until: times.anyones, now },
                false => Refusal::NoPoints { account: who.account },
            });
        } else if who.taken {
            return Err(Refusal::AlreadyTaken { key });
        } else {
            Take { amount: share(record, who.good, total_good), path: TakePath::Share }
        };
        disagrees(predicted(), record).map(|()| take)
    }

    fn after(&self, wait: u32, record: &Record, now: u64) -> Result<(), Refusal> {
        let until = record.at.saturating_add(u64::from(wait));
        if now < until { Err(Refusal::TooEarly { until, now }) } else { Ok(()) }
    }
}

/// Whether something is left of somebody else's record.
fn takeable(incentive: IncentiveKind, record: &Record, who: &Taker) -> Result<(), Refusal> {
    let key = record.key;
    if incentive != IncentiveKind::Deposit {
        return Err(Refusal::NothingToReport);
    }
    if record.settled {
        return Err(Refusal::AlreadySettled { key });
    }
    if record.contributor == who.account {
        return Err(Refusal::OwnContribution { key });
    }
    // Its contributor has it back, and waits for the point.
    if record.left == Amount::ZERO { Err(Refusal::AlreadySettled { key }) } else { Ok(()) }
}

fn disagrees(predicted: u16, record: &Record) -> Result<(), Refusal> {
    if predicted == record.label { Err(Refusal::ModelAgrees { predicted }) } else { Ok(()) }
}

/// The part of a deposit that is taken by points: initial · good / total, rounded down, at most what is left; all
/// that is left where it rounds to nothing. `good` is 1 to `total`.
pub fn share(record: &Record, good: u64, total: u64) -> Amount {
    // A deposit has 88 bits, but good has 64: the product needs 152. Split by the quotient, which is exact.
    let (initial, good, total) = (record.initial.0, u128::from(good), u128::from(total.max(1)));
    let share = (initial / total).saturating_mul(good).saturating_add(initial % total * good / total);
    if share == 0 || share > record.left.0 { record.left } else { Amount(share) }
}

#[cfg(test)]
mod tests;
