//! What events are about: a subject of a family of contracts.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A subject of a family, both as texts: bounty 7 is `("bounty", "7")`, a shared model `("shared_model", "0x…")`. A family
/// whose list changes without any subject of its own says `list`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Subject {
    /// Name of the family, such as `bounty`.
    pub family: String,
    /// What it is, as the family names it: a number, an address, `list`.
    pub subject: String,
}

impl Subject {
    /// A subject of a family.
    pub fn new(family: &str, subject: impl fmt::Display) -> Self {
        Self { family: family.to_owned(), subject: subject.to_string() }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.family, self.subject)
    }
}
