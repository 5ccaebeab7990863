//! What travels between page and server, whatever it is about; families have rows and queries of their own. Amounts are decimal texts of 10^-18 MDC, times seconds since the epoch.

use serde::{Deserialize, Serialize};

pub use crate::deployment::{Deployment, NoContract};
use crate::{address::Address, digest::Digest, subject::Subject};

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

/// Query of `GET /api/logs`: which logs of which subject.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct LogQuery {
    /// Name of the family, such as `bounty`.
    pub family: String,
    /// What it is, as the family names it: a number, an address, `list`.
    pub subject: String,
    /// The first block whose logs are wanted; 0 unless chosen.
    #[serde(default)]
    pub block: u64,
    /// In that block, the first position among all of its logs; 0 unless chosen.
    #[serde(default)]
    pub log_index: u64,
}

/// A log as a node told it, not decoded. Hashes, addresses and bytes are hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogRow {
    /// The contract that emitted it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub address: Address,
    /// Height of its block.
    pub block: u64,
    /// Hash of its block.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub block_hash: Digest,
    /// Position among all logs of its block.
    pub log_index: u64,
    /// Hash of the transaction that emitted it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub tx: Digest,
    /// Time of its block, seconds since the epoch.
    pub at: u64,
    /// Up to four words that nodes can search for; the first names the event.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub topics: Vec<Digest>,
    /// What else the event says.
    pub data: String,
}

/// Where the next part of many logs begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogPlace {
    /// Height of a block.
    pub block: u64,
    /// Position among all logs of that block.
    pub log_index: u64,
}

/// `GET /api/logs`: logs of a subject as they are stored, in the chain's order. Nobody has to believe them: a reader
/// compares them with the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogPage {
    /// The logs, from the place that was asked for on.
    pub logs: Vec<LogRow>,
    /// The server has read the chain up to this block; there is no log after it.
    pub block: u64,
    /// Hash of that block.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub block_hash: Digest,
    /// Where the next page begins; `null` where this is the last one.
    pub next: Option<LogPlace>,
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
