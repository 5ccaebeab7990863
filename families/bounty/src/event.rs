//! What `BountyMarket` emits, in the words of this crate.

use serde::{Deserialize, Serialize};

use crate::Terms;
use protocol::{Address, Amount, Digest, FamilyEvent, Logged};

/// An event with its place in the chain; its subject is the number of the bounty.
pub type LoggedEvent = Logged<Event>;

impl FamilyEvent for Event {
    type Subject = u64;
    const SUBJECT: &'static str = "bounty";
}

/// One event of one bounty. Fields as in `IBountyMarket`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    Created {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        requester: Address,
        terms: Terms,
        train_cid: String,
        test_cid: String,
        metadata_cid: String,
    },
    Cancelled {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        share: Amount,
    },
    Submitted {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        trainer: Address,
        order: u32,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        prediction_superhash: Digest,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        model_superhash: Digest,
    },
    Withdrawn {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        trainer: Address,
        /// Zero where the stake is lost.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        returned: Amount,
    },
    TruthRevealed {
        /// SHA-256 of the ground-truth file.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        digest: Digest,
        at: u64,
    },
    Claimed {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        trainer: Address,
        correct: u32,
    },
    PredictionRevealed {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        trainer: Address,
        correct: u32,
        /// SHA-256 of the prediction file.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        digest: Digest,
        model_cid: String,
    },
    Slashed {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        trainer: Address,
        claim: u32,
        /// What the chain counted; zero where the claimant stayed silent.
        counted: u32,
    },
    Settled {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        winner: Address,
        correct: u32,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        paid: Amount,
    },
    Refunded {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        reward: Amount,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        burned: Amount,
    },
    Forfeited {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        share: Amount,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        burned: Amount,
    },
    PaidOut {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        trainer: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        amount: Amount,
    },
}
