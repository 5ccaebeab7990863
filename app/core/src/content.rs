//! Fetching published files by CID. Bytes are believed only when they hash to the CID.

use std::time::Duration;

use gloo_net::http::{Method, Request, RequestBuilder};
use protocol::cid::{Cid, FileHasher};

use crate::{settings::Settings, within::within};
use leptos::prelude::*;

/// A source that answers nothing for so long is passed over.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes a second of the slowest connection on which a file is waited for.
const SLOWEST: u64 = 20_000;

/// Why a published file is not to be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    #[error("“{0}” is not a content identifier, so nothing can be fetched under it.")]
    NotACid(String),
    #[error("No source has the file {cid}. Ask its publisher to provide it, or set an IPFS gateway in Settings.")]
    NotFound { cid: String },
    #[error(
        "{source_name} sent other bytes than {cid} names, so they were thrown away. Set another gateway in Settings."
    )]
    Mismatch { cid: String, source_name: String },
    #[error("The file {cid} is larger than the {limit} bytes expected here, so it was not read.")]
    TooLarge { cid: String, limit: u64 },
}

/// Where a file can be downloaded from this server.
pub fn path(cid: &str) -> String {
    format!("/ipfs/{cid}")
}

/// Whether this server says that it does not have a file; not where it says nothing.
pub async fn is_missing_here(cid: &str) -> bool {
    let asked = RequestBuilder::new(&path(cid)).method(Method::HEAD).send();
    matches!(within(PATIENCE, asked).await, Some(Ok(response)) if response.status() == 404)
}

/// Fetches a whole file into memory from this server or the chosen gateway, and checks it.
///
/// # Errors
/// [`ContentError`]; `limit` is in bytes.
pub async fn fetch(settings: Settings, cid: &str, limit: u64) -> Result<Vec<u8>, ContentError> {
    let wanted: Cid = cid.parse().map_err(|_| ContentError::NotACid(cid.chars().take(80).collect()))?;
    let mut failure = ContentError::NotFound { cid: cid.to_owned() };
    let gateway = settings.gateway.get_untracked();
    let sources = [Some(String::new()), gateway];
    for source in sources.into_iter().flatten() {
        let url = format!("{}{}", source.trim_end_matches('/'), path(cid));
        let Some(Ok(response)) = within(PATIENCE, Request::get(&url).send()).await else { continue };
        if !response.ok() {
            continue;
        }
        let length = response.headers().get("content-length").and_then(|l| l.parse::<u64>().ok());
        if length.is_some_and(|length| length > limit) {
            return Err(ContentError::TooLarge { cid: cid.to_owned(), limit });
        }
        let most = Duration::from_secs(length.unwrap_or(limit) / SLOWEST);
        let Some(Ok(bytes)) = within(PATIENCE + most, response.binary()).await else { continue };
        if bytes.len() as u64 > limit {
            return Err(ContentError::TooLarge { cid: cid.to_owned(), limit });
        }
        if FileHasher::hash(&bytes).cid == wanted || Cid::of_block(&bytes) == wanted {
            return Ok(bytes);
        }
        let source_name = if source.is_empty() { "This server".to_owned() } else { source };
        failure = ContentError::Mismatch { cid: cid.to_owned(), source_name };
    }
    Err(failure)
}
