//! Events as a chain logs them.

use crate::digest::Digest;

/// A log as a chain gives it. Whose log it is, is for the caller to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLog {
    /// The first says which event it is; the others are its indexed arguments, a 32-byte word each.
    pub topics: Vec<Digest>,
    /// The other arguments, ABI-encoded.
    pub data: Vec<u8>,
}
