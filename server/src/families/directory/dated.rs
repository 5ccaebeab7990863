//! Grants as the table has them.

use ::directory::Grant;
use serde::{Deserialize, Serialize};

/// A grant, with what no view tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DatedGrant {
    pub(super) grant: Grant,
    pub(super) applied_at: u64,
    /// 0 while nobody has decided.
    pub(super) decided_at: u64,
}
