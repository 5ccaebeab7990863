//! What a contribution costs and how it is rewarded.

use serde::{Deserialize, Serialize};

/// The incentive of a model, by the number it has on chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum IncentiveKind {
    /// A deposit that comes back once the model agrees, and that others take if it does not.
    Deposit,
    /// No money: a point for each contribution that the model comes to agree with.
    Points,
    /// A bounty is shared by how much each contribution improves the score on a hidden test set.
    Market,
}

impl IncentiveKind {
    /// All, by number.
    pub const ALL: [Self; 3] = [Self::Deposit, Self::Points, Self::Market];

    /// The number on chain.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The kind with a number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

impl std::fmt::Display for IncentiveKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Deposit => "deposit, refund, take",
            Self::Points => "points",
            Self::Market => "prediction market",
        })
    }
}
