//! Events as a chain logs them.

mod json;
#[cfg(feature = "openapi")]
mod schema;

use crate::digest::Digest;

/// A log as a chain gives it. Whose log it is, is for the caller to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLog {
    /// The first says which event it is; the others are its indexed arguments, a 32-byte word each.
    pub topics: Vec<Digest>,
    /// The other arguments, ABI-encoded.
    pub data: Vec<u8>,
}

/// What a family of contracts emits.
pub trait FamilyEvent {
    /// What an event is about, such as the number of a bounty or the address of a model.
    type Subject;
    /// What [`Logged::subject`] is called in JSON.
    const SUBJECT: &'static str;
}

/// An event with its place in the chain. In JSON the subject has the name that the family gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged<E: FamilyEvent> {
    /// What it is about, whichever contract emitted it.
    pub subject: E::Subject,
    /// Number of the block.
    pub block: u64,
    pub block_hash: Digest,
    /// Position in the block.
    pub log_index: u64,
    pub tx: Digest,
    /// Time of the block, seconds since the epoch.
    pub at: u64,
    pub event: E,
}
