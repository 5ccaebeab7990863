//! What is published of a task, and what comes out of it. As in `ITaskTypes`.

use directory::Disclosure;
use protocol::{Address, Amount, Digest};
use serde::{Deserialize, Serialize};

/// What a task computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = TaskKind))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Which rows the owners have in common.
    Psi,
    Train,
    Predict,
    Evaluate,
}

impl Kind {
    /// In the contract's order, from 0.
    pub const ALL: [Self; 4] = [Self::Psi, Self::Train, Self::Predict, Self::Evaluate];

    /// Whether it needs a model.
    pub fn uses_model(self) -> bool {
        matches!(self, Self::Predict | Self::Evaluate)
    }
}

/// What a seat does, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Roles(pub u8);

impl Roles {
    /// Has columns; only under a grant.
    pub const COLUMNS: u8 = 1;
    /// Has the label; only with columns.
    pub const LABEL: u8 = 2;
    /// Computes as C0.
    pub const FIRST: u8 = 4;
    /// Computes as C1.
    pub const SECOND: u8 = 8;
    /// Receives a result.
    pub const RECEIVES: u8 = 16;
    /// Set by the contract: an earlier task of the pipeline takes the use of the grant.
    pub const COVERED: u8 = 128;

    /// Whether it has one of these.
    pub fn has(self, roles: u8) -> bool {
        self.0 & roles != 0
    }

    /// Whether it is one of the two that compute.
    pub fn computes(self) -> bool {
        self.has(Self::FIRST | Self::SECOND)
    }
}

/// A seat as its requester publishes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeatTerms {
    /// Under which an owner takes part; 0 for a seat of the requester, without data.
    pub grant: u64,
    pub roles: Roles,
    /// Of the task for this owner: what its grant must have.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub purpose: Digest,
}

/// A helper that owners may accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Candidate {
    /// An organisation of the directory.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub helper: Address,
    /// What it is paid for a megabyte that it deals.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub per_megabyte: Amount,
}

/// A task as its requester publishes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Draft {
    pub kind: Kind,
    /// Place in the same call, from 1, of a task that must finish before; 0 for none.
    pub waits_for: u8,
    /// Whether something is told before the end, so that a run costs a use however it ends.
    pub reveals_early: bool,
    /// For tasks that use a model the one that trained it, where it is not the one waited for; else 0.
    pub model_of: u64,
    /// Until when owners may confirm.
    pub confirm_by: u64,
    /// Until when the task may start; whole minutes after `confirm_by`.
    pub start_by: u64,
    /// How long a run may last.
    pub max_seconds: u32,
    /// Numbers that are told; counted against the grants of all seats.
    pub facts: u32,
    /// Rows that are predicted; counted against the grants of all seats.
    pub rows: u32,
    /// What each of the two computing seats gets, beside the fee of its grant.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub compute_fee: Amount,
    /// That each seat locks.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub bond: Amount,
    /// Most that helpers get.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub helper_budget: Amount,
    /// SHA-256 of a file of one block that says everything else.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub spec: Digest,
    /// What is compared with the grants of all seats.
    pub told: Disclosure,
    pub seats: Vec<SeatTerms>,
    /// None where the task needs no helper.
    pub helpers: Vec<Candidate>,
}

/// What came out of a run, in hashes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outcome {
    /// Operations, shapes and bounds.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub plan: Digest,
    /// Sorted double images of the aligned keys.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub rows: Digest,
    /// Of all links.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub heads: Digest,
    /// Merkle root.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub metrics: Digest,
    /// Sealed files.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub outputs: Digest,
    /// Commitments to the seats' shares of the model.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub shares: Digest,
    /// Of the list of hashes of the sealed keys, one a seat: [`crate::typed_data::sealed_keys`].
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub sealed_keys: Digest,
    /// Megabytes that the last helper dealt.
    pub dealt: u64,
}

/// Why a run failed, as all seats sign it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Failure {
    /// A [`Reason`] by its number.
    pub code: u32,
    /// Megabytes for which the helper is paid; 0 where it dealt badly.
    pub dealt: u64,
    /// Numbers that were told all the same.
    pub facts: u32,
    /// Rows that were predicted all the same.
    pub rows: u32,
}

/// Why all seats say that a run failed. Other numbers are allowed, for what is still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A seat or the helper is gone.
    Gone = 1,
    /// A batch of the helper was wrong; it is unpaid.
    BadBatch = 2,
    /// Somebody sent what does not fit the plan.
    BadFrame = 3,
    /// The rows do not fit: too few in common, one class only, words as labels.
    BadRows = 4,
    /// Two columns say the same.
    NotSolvable = 5,
    /// The training did not come to an end.
    NotConverged = 6,
    /// Scores out of range.
    OutOfRange = 7,
    /// Somebody stopped it.
    Stopped = 8,
}

impl Reason {
    const ALL: [Self; 8] = [
        Self::Gone,
        Self::BadBatch,
        Self::BadFrame,
        Self::BadRows,
        Self::NotSolvable,
        Self::NotConverged,
        Self::OutOfRange,
        Self::Stopped,
    ];

    /// `None` for a number of a later version.
    pub fn of(code: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| *reason as u32 == code)
    }

    /// In words that follow a colon.
    pub fn words(self) -> &'static str {
        match self {
            Self::Gone => "a seat or the helper is gone",
            Self::BadBatch => "the helper dealt wrongly",
            Self::BadFrame => "somebody sent what does not fit the plan",
            Self::BadRows => {
                "the common rows do not fit, for they are too few or too many, a column cannot be used on them, or one row decides alone"
            }
            Self::NotSolvable => "two columns say the same, or nearly so",
            Self::NotConverged => "the training did not come to an end",
            Self::OutOfRange => "predictions were far outside the label’s range",
            Self::Stopped => "somebody stopped it",
        }
    }
}

impl Failure {
    /// In words that follow a colon.
    pub fn why(&self) -> &'static str {
        Reason::of(self.code).map_or("a reason that this version does not know", Reason::words)
    }

    /// Whether the same data would fail again: another try would only use up what grants allow.
    pub fn comes_again(&self) -> bool {
        let of_data = [Reason::BadRows, Reason::NotSolvable, Reason::NotConverged, Reason::OutOfRange];
        Reason::of(self.code).is_some_and(|reason| of_data.contains(&reason))
    }
}
