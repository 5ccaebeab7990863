//! Who else ran a bounty's models, by their own word (contract Reproductions, crate `trained`).

use serde::{Deserialize, Serialize};

/// How often a trainer's model was run by others, by their own word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReproductionCounts {
    /// All rows equal.
    pub reproduced: u32,
    /// Some row differs.
    pub differing: u32,
}
