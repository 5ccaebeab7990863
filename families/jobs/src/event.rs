//! What `Jobs` says of a job and of a provider. As in `IJobTypes`.

use protocol::{Address, Amount, Digest, FamilyEvent, Logged};
use serde::{Deserialize, Serialize};

use crate::{Files, Offer, State, Terms, Verdict};

/// An event of a job with its place in the chain; its subject is the number of the job.
pub type LoggedEvent = Logged<Event>;

impl FamilyEvent for Event {
    type Subject = u64;
    const SUBJECT: &'static str = "job";
}

/// One event of one job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// `JobPosted`; the texts are a stranger's.
    Posted { client: Address, terms: Terms, files: Files },
    /// `JobLocked`
    Locked { provider: Address, price: Amount },
    /// `JobStarted`
    Started,
    /// `VoucherShown`
    VoucherShown { units: u64, checkpoint: Digest },
    /// `ResultSubmitted`
    Submitted { result: Digest, file: Digest, units: u64, log_head: Digest },
    /// `JobEnded`
    Ended { state: State, code: u16, paid: Amount, refunded: Amount },
    /// `JobClaimed`
    Claimed { who: Address, amount: Amount },
    /// `ResultChallenged`
    Challenged { challenger: Address, fee: Amount, bond: Amount, draw_block: u64 },
    /// `JurorsDrawn`; none where too few were found to decide.
    Drawn { round: u8, jurors: Vec<Address>, commit_by: u64 },
    /// `JurorCommitted`
    Committed { index: u8, commitment: Digest },
    /// `JurorRevealed`; `result` is zero where the job could not be run.
    Revealed { index: u8, result: Digest, units: u64 },
    /// `ResultShown`
    Shown { result: Digest },
    /// `DisputeEscalated`
    Escalated { escalator: Address, bond: Amount, draw_block: u64 },
    /// `DisputeEnded`
    DisputeEnded { verdict: Verdict, reward: Amount, burned: Amount },
    /// `JurorReleased`
    Released { index: u8, paid: Amount, lost: Amount },
}

impl FamilyEvent for ProviderEvent {
    type Subject = Address;
    const SUBJECT: &'static str = "provider";
}

/// One event of one provider. What jobs lock, pay and take of its deposit is said by their events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProviderEvent {
    /// `ProviderOffers`
    Offers { amount: Amount, offer: Offer },
    /// `ProviderPaused`
    Paused,
    /// `DepositWithdrawn`
    Withdrawn { amount: Amount },
    /// `ProviderLeft`
    Left { amount: Amount },
    /// `QuotesRevoked`
    QuotesRevoked { nonce: u64 },
}
