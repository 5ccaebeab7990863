//! What shared models and their factory emit, in the words of this crate.

use serde::{Deserialize, Serialize};

use super::{hex_bytes, incentive::IncentiveKind, shape::Shape, terms::Terms};
use crate::{address::Address, amount::Amount, digest::Digest};

/// An event of one model with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoggedEvent {
    /// The model it is about; `ModelCreated` comes from the factory all the same.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub model: Address,
    pub block: u64,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub block_hash: Digest,
    /// Position in the block.
    pub log_index: u64,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub tx: Digest,
    /// Time of the block, seconds since the epoch.
    pub at: u64,
    pub event: Event,
}

/// By which way a report took a deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReportPath {
    /// The owner of the model, after the owner's wait.
    Owner,
    /// Anybody, after the longest wait.
    Anyone,
    /// A share by points, after the refund wait.
    Share,
}

impl ReportPath {
    /// All, by the number on chain.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Anyone, Self::Share];

    /// The number on chain.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The path with a number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// One event of one model. Fields as in `ISharedModel` and `IModelFactory`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// `ModelCreated` of the factory.
    Created {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        owner: Address,
        /// The clone that holds the weights.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        classifier: Address,
        incentive: IncentiveKind,
        shape: Shape,
        terms: Terms,
        /// Text from a stranger.
        metadata_cid: String,
    },
    /// The next words of the start.
    Loaded {
        first: u32,
        #[serde(with = "hex_bytes")]
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        words: Vec<u8>,
    },
    Ready,
    Contributed {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        contributor: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        key: Digest,
        label: u16,
        /// By the model before it learned from this; equal to the label where it knew it.
        predicted: u16,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        deposit: Amount,
        #[serde(with = "hex_bytes")]
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        sample: Vec<u8>,
    },
    Refunded {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        contributor: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        key: Digest,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        amount: Amount,
        /// Whether it earned a point.
        point: bool,
    },
    Reported {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        reporter: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        key: Digest,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        contributor: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        amount: Amount,
        path: ReportPath,
    },
    ToppedUp {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        account: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        amount: Amount,
    },
    Withdrawn {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        account: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        amount: Amount,
    },
    ClassProposed {
        /// 1 for the first one.
        proposal: u64,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        proposer: Address,
        /// Text from a stranger.
        name: String,
    },
    ClassSupported {
        proposal: u64,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        supporter: Address,
        /// Points of the supporter at that time.
        weight: u64,
    },
    ClassAdded {
        index: u16,
        name: String,
    },
}

/// `Anchored` of the accuracy log contract: an account vouches for the root of its log at a size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchored {
    pub log: Address,
    /// Entries of the log.
    pub size: u64,
    pub root: Digest,
}
