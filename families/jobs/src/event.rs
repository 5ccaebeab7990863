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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JobEvent))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// `JobPosted`; the texts are a stranger's.
    Posted {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        client: Address,
        terms: Terms,
        files: Files,
    },
    /// `JobLocked`
    Locked {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        provider: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        price: Amount,
    },
    /// `JobStarted`
    Started,
    /// `VoucherShown`
    VoucherShown {
        units: u64,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        checkpoint: Digest,
    },
    /// `ResultSubmitted`
    Submitted {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        result: Digest,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        file: Digest,
        units: u64,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        log_head: Digest,
    },
    /// `JobEnded`
    Ended {
        state: State,
        code: u16,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        paid: Amount,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        refunded: Amount,
    },
    /// `JobClaimed`
    Claimed {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        who: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        amount: Amount,
    },
    /// `ResultChallenged`
    Challenged {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        challenger: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        fee: Amount,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        bond: Amount,
        draw_block: u64,
    },
    /// `JurorsDrawn`; none where too few were found to decide.
    Drawn {
        round: u8,
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
        jurors: Vec<Address>,
        commit_by: u64,
    },
    /// `JurorCommitted`
    Committed {
        index: u8,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        commitment: Digest,
    },
    /// `JurorRevealed`; `result` is zero where the job could not be run.
    Revealed {
        index: u8,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        result: Digest,
        units: u64,
    },
    /// `ResultShown`
    Shown {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        result: Digest,
    },
    /// `DisputeEscalated`
    Escalated {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        escalator: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        bond: Amount,
        draw_block: u64,
    },
    /// `DisputeEnded`
    DisputeEnded {
        verdict: Verdict,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        reward: Amount,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        burned: Amount,
    },
    /// `JurorReleased`
    Released {
        index: u8,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        paid: Amount,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        lost: Amount,
    },
}

impl FamilyEvent for ProviderEvent {
    type Subject = Address;
    const SUBJECT: &'static str = "provider";
}

/// One event of one provider. What jobs lock, pay and take of its deposit is said by their events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProviderEvent {
    /// `ProviderOffers`
    Offers {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        amount: Amount,
        offer: Offer,
    },
    /// `ProviderPaused`
    Paused,
    /// `DepositWithdrawn`
    Withdrawn {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        amount: Amount,
    },
    /// `ProviderLeft`
    Left {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        amount: Amount,
    },
    /// `QuotesRevoked`
    QuotesRevoked { nonce: u64 },
}
