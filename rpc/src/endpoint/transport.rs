//! How bytes travel to a node and back.

use crate::BoxFuture;

/// What came back over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The header `Retry-After` as it came.
    pub retry_after: Option<String>,
    /// The whole answer as text.
    pub body: String,
}

/// No answer came at all. What the system says about it may name the address, so it is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreachable;

/// Posts JSON to one address.
pub trait Transport: Send + Sync + 'static {
    /// Posts `body` and brings the whole answer, whatever its status. Time limits are the caller's.
    fn post(&self, body: String) -> BoxFuture<'_, Result<Reply, Unreachable>>;
}
