//! Fetching published files by CID. Bytes are believed only when they hash to the CID.

mod body;
mod follow;
mod small;

use gloo_net::http::{Method, RequestBuilder};
use leptos::prelude::*;
use protocol::cid::{Cid, CidError};

use crate::{settings::Settings, time_limit};
pub use body::Body;
use body::Taken;
pub use follow::follow;
pub use small::SmallFiles;

/// Why a published file is not to be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    #[error("“{0}” is not a content identifier, so nothing can be fetched under it.")]
    NotACid(String),
    #[error("“{text}” cannot be fetched here. {why}")]
    OtherCid { text: String, why: CidError },
    #[error("No source has the file {cid}. Ask its publisher to provide it, or set an IPFS gateway in Settings.")]
    NotFound { cid: String },
    #[error(
        "{source_name} sent other bytes than {cid} names, so they were thrown away. Set another gateway in Settings."
    )]
    Mismatch { cid: String, source_name: String },
    #[error("The file {cid} is larger than the {limit} bytes expected here, so it was not read.")]
    TooLarge { cid: String, limit: u64 },
}

fn not_a_cid(text: &str, why: CidError) -> ContentError {
    let text = text.chars().take(80).collect();
    match why {
        CidError::Form => ContentError::NotACid(text),
        CidError::Version0 | CidError::Kind => ContentError::OtherCid { text, why },
    }
}

/// Where this server, and any gateway, gives a file out.
fn address(cid: &Cid) -> String {
    format!("/ipfs/{cid}")
}

/// Where a file is to be had outside of the page: from the server that the page came from.
pub fn url(cid: &Cid) -> String {
    let origin = window().location().origin().unwrap_or_default();
    format!("{origin}{}", address(cid))
}

/// Whether this server says that it does not have a file; not where it says nothing.
pub async fn is_missing_here(cid: &str) -> bool {
    let Ok(cid) = cid.parse::<Cid>() else { return true };
    let asked = time_limit::within(time_limit::ANSWER, async |signal| {
        RequestBuilder::new(&address(&cid)).method(Method::HEAD).abort_signal(signal.as_ref()).send().await
    });
    matches!(asked.await, Some(Ok(response)) if response.status() == 404)
}

/// Fetches a whole file into memory from this server or the chosen gateway, and checks it.
///
/// # Errors
/// [`ContentError`]; `limit` is in bytes.
pub async fn fetch(settings: Settings, cid: &str, limit: u64) -> Result<Vec<u8>, ContentError> {
    checked(settings, cid, limit, |_| {}).await.map(|body| body.to_vec())
}

/// The same, kept outside of the program's memory; `progress` is told how many bytes are there.
///
/// # Errors
/// [`ContentError`]
pub async fn checked(settings: Settings, cid: &str, limit: u64, progress: impl Fn(u64)) -> Result<Body, ContentError> {
    let wanted: Cid = cid.parse().map_err(|why| not_a_cid(cid, why))?;
    let mut failure = ContentError::NotFound { cid: cid.to_owned() };
    let gateway = settings.gateway.get_untracked();
    let sources = [Some(String::new()), gateway];
    for source in sources.into_iter().flatten() {
        let url = format!("{}{}", source.trim_end_matches('/'), address(&wanted));
        let body = match body::take(&url, limit, &progress).await {
            Taken::Whole(body) => body,
            Taken::Nothing => continue,
            Taken::TooLarge => {
                failure = ContentError::TooLarge { cid: cid.to_owned(), limit };
                continue;
            }
        };
        if body.is(&wanted) {
            return Ok(body);
        }
        let source_name = if source.is_empty() { "This server".to_owned() } else { source };
        failure = ContentError::Mismatch { cid: cid.to_owned(), source_name };
    }
    Err(failure)
}
