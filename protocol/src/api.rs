//! What travels between page and server, whatever it is about; families have rows and queries of their own. Amounts are decimal texts of 10^-18 MDC, times seconds since the epoch.

use serde::{Deserialize, Serialize};

pub use crate::deployment::{Deployment, NoContract};
use crate::{address::Address, subject::Subject};

/// `GET /api/status`: how far the index is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Status {
    /// Last block indexed.
    pub block: u64,
    /// Time of that block.
    pub block_at: u64,
    /// Last block the node reported.
    pub head: u64,
    /// What is wrong, if the index cannot advance: a sentence of the server's own, never a node's.
    pub trouble: Option<String>,
}

/// `GET /api/session/nonce`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Nonce {
    /// Goes into the message; used once.
    pub nonce: String,
    /// RFC 3339; goes into the message.
    pub issued_at: String,
}

/// `POST /api/session`: a signed [`crate::siwe::SignIn`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInRequest {
    /// The text that was signed.
    pub message: String,
    /// `0x`, 65 bytes.
    pub signature: String,
}

/// Answer to a sign-in. The token goes into `Authorization: Bearer …`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Secret of this session.
    pub token: String,
    /// Who signed.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub address: Address,
    /// Until when the token is valid; seconds since the epoch.
    pub expires_at: u64,
}

/// `PUT /api/content/{cid}`: what was stored, and what is left of the quota.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stored {
    /// As the server computed it.
    pub cid: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes this address may still store.
    pub quota_left: u64,
}

/// Data of the server-sent event `changed` on `GET /api/live`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Changed {
    /// The newest block that is indexed.
    pub block: u64,
    /// What the new blocks touched. Empty where changes were missed: anything may have changed.
    pub subjects: Vec<Subject>,
}

/// An RFC 9457 problem document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `about:blank` or a path that names the kind, e.g. `/problems/cid-mismatch`.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short sentence, the same for every problem of this kind.
    pub title: String,
    /// The HTTP status, as in the head of the answer.
    pub status: u16,
    /// What went wrong this time and what to do, a sentence for a person.
    pub detail: String,
}
