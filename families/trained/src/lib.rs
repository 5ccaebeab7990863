//! Models as files: who ran a bounty's model and what came out (`Reproductions`), and what people publish outside of
//! any bounty (`PublishedModels`).
//!
//! | module | what it does |
//! |---|---|
//! | [`calls`], [`returns`] | call data of every function; reads what a view returned |
//! | [`logs`] | reads logs |
//! | [`REFUSALS`] | sentences for reverts |
//! | [`api`] | what travels between page and server |
//! | [`compared`] | what running a model again says of what its trainer revealed |
//! | `deploy` | creation bytecode (feature `deploy`, not for the page) |

pub mod api;
pub mod calls;
pub mod compared;
mod contract;
#[cfg(feature = "deploy")]
pub mod deploy;
mod list;
pub mod logs;
mod refusals;
pub mod returns;

#[cfg(test)]
mod tests;

pub use compared::Compared;
pub use refusals::REFUSALS;

/// Name of the family, in subjects.
pub const FAMILY: &str = "trained";
/// Name of the contract, in a deployment, where people attest that they ran a bounty's model.
pub const REPRODUCTIONS: &str = "Reproductions";
/// Name of the list of models published outside of bounties, in a deployment.
pub const PUBLISHED_MODELS: &str = "PublishedModels";

use serde::{Deserialize, Serialize};

use protocol::Address;

/// Bytes of a published model's name; at least 1.
pub const MAX_NAME_LENGTH: usize = 80;
/// Bytes of a published model's description.
pub const MAX_DESCRIPTION_LENGTH: usize = 1_000;

/// `Reproduced`: somebody's word on running a trainer's model on the test data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attestation {
    pub bounty: u64,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub trainer: Address,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub by: Address,
    /// Rows predicted as the trainer revealed.
    pub equal: u32,
    /// All test rows.
    pub rows: u32,
}

impl Attestation {
    /// Every row was predicted as revealed.
    pub fn is_reproduced(&self) -> bool {
        self.equal == self.rows
    }
}

/// What `PublishedModels` emits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PublishedEvent {
    /// `ModelPublished`. The texts are a stranger's.
    Published { id: u64, publisher: Address, cid: String, name: String, description: String },
    /// `ModelWithdrawn`.
    Withdrawn { id: u64 },
}
