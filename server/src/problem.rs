//! Errors of the API as RFC 9457 problem documents.
//!
//! Handlers return [`ApiError`]; what a person reads is its Display, a full sentence that says what to do. What goes
//! wrong inside (the database, the disk) is logged with its cause and told as [`ApiError::Unavailable`].

use std::fmt;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use content::IntakeError;
use protocol::{Address, Digest, api::Problem, cid::Cid, relay::Room};
use tracing::error;

/// A room of the relay, in words: what its seats have in common.
struct InWords(Room);

impl fmt::Display for InWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Room::Task { task, attempt } => write!(f, "attempt {attempt} of task {task}"),
            Room::Job { job, provider } => write!(f, "compute job {job} with provider {provider}"),
        }
    }
}

/// Everything the API answers instead of what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("{0}")]
    BadRequest(String),
    #[error("There is no {0} here.")]
    NoRoute(String),
    #[error("{0} is not something that can be done here; the Allow header says what is.")]
    MethodNotAllowed(String),
    #[error("There is no bounty {0}. If it was created a moment ago, it may not be indexed yet.")]
    NoBounty(u64),
    #[error(
        "There is no shared model {0} here. If it was created a moment ago, it may not be indexed yet; models of other factories are not."
    )]
    NoModel(Address),
    #[error("Model {model} was never taught what {key} names. If that was a moment ago, it may not be indexed yet.")]
    NoContribution { model: Address, key: Digest },
    #[error(
        "Only {contributor}, who made this contribution, can say what it was before it was encoded. Sign in as that account."
    )]
    NotContributor { contributor: Address },
    #[error("{0}")]
    NoProof(String),
    #[error("{0}")]
    BadCid(String),
    #[error("Content {0} is not stored here. Whoever published it may have it, or another IPFS gateway.")]
    NoContent(Cid),
    #[error("{cid} has {bytes} bytes; bytes {range:?} are not among them.")]
    BadRange { cid: Cid, bytes: u64, range: String },
    #[error(
        "These bytes are {found}, not {expected}. Nothing was stored; the file may have changed since its CID was computed."
    )]
    CidMismatch { expected: Cid, found: Cid },
    #[error("The body is larger than the {limit} bytes that are accepted here. Nothing was stored.")]
    TooLarge { limit: u64 },
    #[error("The upload broke off: {0}. Nothing was stored; send it again.")]
    Truncated(String),
    #[error(
        "This file takes {bytes} bytes, but {left} bytes are left of what this address may store. Nothing was stored."
    )]
    QuotaExceeded { bytes: u64, left: u64 },
    #[error(
        "This server has no room for more files now. Nothing was stored; whoever runs it can make room, or another server can store the file."
    )]
    StorageFull,
    #[error(
        "Uploads that are under way have reserved the room that is left. Nothing was stored; try again in {seconds} s."
    )]
    TooManyUploads { seconds: u64 },
    #[error(
        "{whose} uploads under way are as many as there can be. Nothing was stored; wait for one of them, or try again in {seconds} s."
    )]
    UploadsUnderWay { whose: &'static str, seconds: u64 },
    #[error(
        "This needs a sign-in: send `Authorization: Bearer` with the token of POST /api/session. It may have expired."
    )]
    SignInNeeded,
    #[error("This is not the sign-in message of this server: {0}. Ask for a new nonce and sign in again.")]
    SignInMessage(String),
    #[error("The nonce of this sign-in {0}. Ask for a new one and sign in again.")]
    Nonce(&'static str),
    #[error(
        "The signature is not one of the account {address} over this message: {reason}. Wallets that are contracts cannot sign in yet."
    )]
    Signature { address: String, reason: String },
    #[error("Too many requests at once. Try again in {seconds} s.")]
    TooMany { seconds: u64 },
    #[error("{whose} open streams of changes are as many as there can be. Close some, or try again in {seconds} s.")]
    TooManyStreams { whose: &'static str, seconds: u64 },
    #[error("There is no task {0} here. If it was published a moment ago, it may not be indexed yet.")]
    NoSuchTask(u64),
    #[error("There is no compute job {0} here. If it was posted a moment ago, it may not be indexed yet.")]
    NoJob(u64),
    #[error(
        "There is nothing to be said in {} here now. If it was made a moment ago, it may not be indexed yet.",
        InWords(*.0)
    )]
    NoRoom(Room),
    #[error(
        "{address} has no such seat in {}, so it has nothing to say there. Sign in as the account that has the seat.",
        InWords(*room)
    )]
    NotSeated { room: Room, address: Address },
    #[error("{0}")]
    TooManyAtRelay(String),
    #[error("The server took too long. Try again.")]
    Timeout,
    #[error("The server cannot do this now. Try again in a minute; the page can read the chain without it.")]
    Unavailable(#[source] anyhow::Error),
}

impl ApiError {
    /// Something inside failed.
    pub fn inside(error: impl Into<anyhow::Error>) -> Self {
        Self::Unavailable(error.into())
    }

    fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::BadRequest(_) => (StatusCode::BAD_REQUEST, "bad-request", "The request cannot be read."),
            Self::NoRoute(_) => (StatusCode::NOT_FOUND, "no-route", "There is nothing at this address."),
            Self::MethodNotAllowed(_) => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "This cannot be done here.")
            }
            Self::NoBounty(_) => (StatusCode::NOT_FOUND, "no-bounty", "There is no such bounty."),
            Self::NoModel(_) => (StatusCode::NOT_FOUND, "no-model", "There is no such model."),
            Self::NoContribution { .. } => (StatusCode::NOT_FOUND, "no-contribution", "There is no such contribution."),
            Self::NotContributor { .. } => {
                (StatusCode::FORBIDDEN, "not-contributor", "This is for the contributor alone.")
            }
            Self::NoProof(_) => (StatusCode::NOT_FOUND, "no-proof", "The log cannot prove this."),
            Self::BadCid(_) => (StatusCode::BAD_REQUEST, "bad-cid", "This is not a CID."),
            Self::NoContent(_) => (StatusCode::NOT_FOUND, "no-content", "This content is not stored here."),
            Self::BadRange { .. } => {
                (StatusCode::RANGE_NOT_SATISFIABLE, "bad-range", "The content does not have these bytes.")
            }
            Self::CidMismatch { .. } => {
                (StatusCode::UNPROCESSABLE_ENTITY, "cid-mismatch", "The bytes do not match the CID.")
            }
            Self::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large."),
            Self::Truncated(_) => (StatusCode::BAD_REQUEST, "truncated", "The upload broke off."),
            Self::QuotaExceeded { .. } => (StatusCode::FORBIDDEN, "quota-exceeded", "The quota is used up."),
            Self::StorageFull => (StatusCode::INSUFFICIENT_STORAGE, "storage-full", "There is no room for more files."),
            Self::TooManyUploads { .. } | Self::UploadsUnderWay { .. } => {
                (StatusCode::TOO_MANY_REQUESTS, "too-many-uploads", "Too many uploads at once.")
            }
            Self::TooManyStreams { .. } => {
                (StatusCode::TOO_MANY_REQUESTS, "too-many-streams", "Too many streams at once.")
            }
            Self::SignInNeeded => (StatusCode::UNAUTHORIZED, "sign-in-needed", "This needs a sign-in."),
            Self::SignInMessage(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "sign-in-message", "The sign-in message is not acceptable.")
            }
            Self::Nonce(_) => (StatusCode::UNAUTHORIZED, "sign-in-nonce", "The sign-in's nonce is not valid."),
            Self::Signature { .. } => {
                (StatusCode::UNAUTHORIZED, "sign-in-signature", "The signature does not fit the sign-in.")
            }
            Self::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests."),
            Self::NoRoom(Room::Task { .. }) | Self::NoSuchTask(_) => {
                (StatusCode::NOT_FOUND, "no-task", "There is no such task.")
            }
            Self::NoRoom(Room::Job { .. }) | Self::NoJob(_) => {
                (StatusCode::NOT_FOUND, "no-job", "There is no such compute job.")
            }
            Self::NotSeated { .. } => {
                (StatusCode::FORBIDDEN, "not-seated", "This is for those who have a seat there alone.")
            }
            Self::TooManyAtRelay(_) => {
                (StatusCode::TOO_MANY_REQUESTS, "too-many-at-relay", "Too many connections to the relay.")
            }
            Self::Timeout => (StatusCode::GATEWAY_TIMEOUT, "timeout", "This took too long."),
            Self::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The server is in trouble."),
        }
    }
}

impl From<IntakeError<Self>> for ApiError {
    fn from(error: IntakeError<Self>) -> Self {
        match error {
            IntakeError::Refused(refusal) => refusal,
            IntakeError::TooLarge { limit } => Self::TooLarge { limit },
            IntakeError::Truncated(why) => Self::Truncated(why),
            IntakeError::OtherCid { expected, found } => Self::CidMismatch { expected, found },
            IntakeError::Disk(error) => Self::inside(error),
        }
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        Self::inside(error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, kind, title) = self.kind();
        if let Self::Unavailable(cause) = &self {
            error!(error = format!("{cause:#}"), "a request failed inside");
        }
        let problem = Problem {
            kind: format!("/problems/{kind}"),
            title: title.to_string(),
            status: status.as_u16(),
            detail: self.to_string(),
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Self::TooMany { seconds }
            | Self::TooManyUploads { seconds }
            | Self::UploadsUnderWay { seconds, .. }
            | Self::TooManyStreams { seconds, .. } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            Self::TooManyAtRelay(_) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(60));
            }
            Self::SignInNeeded => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::BadRange { bytes, .. } => {
                if let Ok(value) = HeaderValue::from_str(&format!("bytes */{bytes}")) {
                    headers.insert(header::CONTENT_RANGE, value);
                }
            }
            _ => {}
        }
        response
    }
}
