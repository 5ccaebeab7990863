//! What shared models and their factory emit, in the words of this crate.

use serde::{Deserialize, Serialize};

use super::{hex_bytes, incentive::IncentiveKind, shape::Shape, terms::Terms};
use protocol::{Address, Amount, Digest, FamilyEvent, Logged};

/// An event with its place in the chain. Its subject is the model that it is about; `ModelCreated` comes from the
/// factory all the same.
pub type LoggedEvent = Logged<Event>;

impl FamilyEvent for Event {
    type Subject = Address;
    const SUBJECT: &'static str = "model";
}

/// By which way a deposit was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TakePath {
    /// The owner of the model, after the owner's wait.
    Owner,
    /// Anybody, after the longest wait.
    Anyone,
    /// A share by points, after the refund wait.
    Share,
}

impl TakePath {
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
    /// Somebody has shown that the model disagrees; something can be taken a refund wait later.
    Reported {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        reporter: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        key: Digest,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        contributor: Address,
    },
    Taken {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        taker: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        key: Digest,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        contributor: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        amount: Amount,
        path: TakePath,
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
        proposal: u64,
        index: u16,
        name: String,
    },
    /// Prediction market: the owner escrows a bounty and commits to the pieces of a test set.
    MarketPosted {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        bounty: Amount,
        /// Of each contribution.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        stake: Amount,
        /// Most contributions.
        limit: u16,
        /// How long commitments are taken once the drawn piece is revealed.
        open_seconds: u32,
        /// How long contributors have to show what they committed to.
        show_window: u32,
        /// How long the owner has for each reveal.
        reveal_window: u32,
        /// Keccak-256 of salt and rows of each piece.
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
        commitments: Vec<Digest>,
    },
    /// The piece to be revealed at once, which does not count.
    PieceDrawn {
        piece: u16,
    },
    PieceRevealed {
        piece: u16,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        salt: Digest,
        /// Rows that the model as loaded predicts as labelled.
        correct: u32,
        /// Rows of the piece.
        total: u32,
        /// Label (2 bytes) ‖ bytes of the sample (2) ‖ sample, for each row.
        #[serde(with = "hex_bytes")]
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        rows: Vec<u8>,
    },
    MarketOpened {
        /// Seconds since the epoch.
        closes_at: u64,
    },
    /// Somebody has committed to a contribution, and the stake was taken.
    Committed {
        /// Of the contribution, from 0: the order in which they are evaluated.
        index: u16,
        /// Who alone can show it.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        contributor: Address,
        /// Of key and salt.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        commitment: Digest,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        stake: Amount,
    },
    /// Which of the commitments the contribution is that was shown right before.
    Shown {
        index: u16,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        contributor: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        key: Digest,
    },
    /// The draw lapsed, or the drawn piece was not revealed. Nobody could contribute, and the bounty is burned.
    MarketVoided {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        burned: Amount,
    },
    /// Ended without an evaluation, or before its end; what each account gets follows as `Credited`.
    MarketTimedOut {
        /// Split by what accounts have in the market.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        shared: Amount,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        burned: Amount,
    },
    /// A contribution was taught in a pass, and changed the number of correct test rows by `score`.
    Trained {
        /// Of the contribution, from 0.
        index: u16,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        contributor: Address,
        pass: u32,
        score: i32,
    },
    PassEnded {
        pass: u32,
        /// Rounds that were paid by the scores of this pass.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        rounds: Amount,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        rounds_left: Amount,
    },
    /// Cannot pay another round; its contributions no longer count.
    Dropped {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        account: Address,
        pass: u32,
    },
    /// Paid to the balance of an account when the market ended.
    Credited {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        account: Address,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        amount: Amount,
    },
    MarketEnded {
        /// What is left of the bounty; it goes to the owner's balance.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        remainder: Amount,
    },
}

/// `Anchored` of the accuracy log contract: an account vouches for the root of its log at a size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchored {
    /// The account that vouches for it.
    pub log: Address,
    /// Entries of the log.
    pub size: u64,
    /// Root of the Merkle tree.
    pub root: Digest,
}
