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
    /// A requester has escrowed a reward.
    Created {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        requester: Address,
        terms: Terms,
        train_cid: String,
        test_cid: String,
        metadata_cid: String,
    },
    /// The requester has ended an open bounty; each active trainer may collect `share`.
    Cancelled {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        share: Amount,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        burned: Amount,
    },
    /// A trainer has locked the stake and a commitment.
    Submitted {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        trainer: Address,
        order: u32,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        commitment: Digest,
    },
    /// A trainer has put another commitment in the place of the one before; it takes the newest place.
    Replaced {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        trainer: Address,
        order: u32,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        commitment: Digest,
    },
    /// A trainer has taken a submission back.
    Withdrawn {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        trainer: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        returned: Amount,
        /// Whether the deadline was over, so that the stake is lost.
        late: bool,
    },
    /// The requester has revealed the ground truth; the claim window begins.
    TruthRevealed {
        /// SHA-256 of the ground-truth file.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        digest: Digest,
        at: u64,
    },
    /// A trainer has claimed a number of correct labels.
    Claimed {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        trainer: Address,
        correct: u32,
    },
    /// A trainer has revealed predictions that are worth what was claimed.
    PredictionRevealed {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        trainer: Address,
        correct: u32,
        /// SHA-256 of the prediction file.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        digest: Digest,
        model_cid: String,
    },
    /// A trainer has lost the stake over a claim.
    Slashed {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        trainer: Address,
        claim: u32,
        /// What the chain counted; zero where nothing was revealed.
        counted: u32,
        /// Whether predictions were revealed that are not worth the claim; otherwise the claimant stayed silent.
        revealed: bool,
    },
    /// The best verified reveal was paid: reward, own stake and lost stakes.
    Settled {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        winner: Address,
        correct: u32,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        paid: Amount,
    },
    /// It ended without a winner, and the reward went back to the requester; lost stakes were burned.
    Refunded {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        reward: Amount,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        burned: Amount,
    },
    /// The truth was not revealed in time; each active trainer may collect `share`.
    Forfeited {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        share: Amount,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        burned: Amount,
    },
    /// A trainer has received what was due after the end.
    PaidOut {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        trainer: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        amount: Amount,
    },
}
