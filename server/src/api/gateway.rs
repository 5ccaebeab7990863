//! Giving content out: as a file, and as a trustless gateway.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use content::car;
use protocol::{
    api::Problem,
    cid::{Cid, Codec},
};
use serde::Deserialize;

use super::extract::{CidPath, Query};
use crate::{
    app::App,
    content::range::{Wanted, wanted},
    problem::ApiError,
};

/// Content never changes under its CID.
const IMMUTABLE: &str = "public, max-age=29030400, immutable";
/// Whatever the bytes are, a browser that opens them here may do nothing with them.
const SANDBOX: &str = "sandbox; default-src 'none'";
const RAW: &str = "application/vnd.ipld.raw";
const CAR: &str = "application/vnd.ipld.car";
const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Query of `GET /ipfs/{cid}`.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GatewayQuery {
    /// `raw` for the single block, `car` for all blocks of the file in depth-first order; the file itself otherwise.
    format: Option<String>,
    /// Name under which a browser saves the file.
    filename: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    File,
    Raw,
    Car,
}

/// A stored file, one of its blocks, or all of them. `Accept: application/vnd.ipld.raw` and `…car` do what `format`
/// does.
#[utoipa::path(get, path = "/ipfs/{cid}", tag = "content",
    params(("cid" = String, Path, description = "Version 1, SHA-256, raw or dag-pb, base32."), GatewayQuery),
    responses(
        (status = 200, content_type = "application/octet-stream"),
        (status = 206, content_type = "application/octet-stream"),
        (status = 304),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 416, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn give(
    State(app): State<App>,
    CidPath(cid): CidPath,
    Query(query): Query<GatewayQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let form = form(query.format.as_deref(), &headers)?;
    let suffix = match form {
        Form::File => "",
        Form::Raw => ".raw",
        Form::Car => ".car",
    };
    let etag = format!("\"{cid}{suffix}\"");
    let mut response = match form {
        Form::File => file(&app, cid, &headers, &etag).await?,
        Form::Raw => {
            let block = block(&app, &cid).await?;
            if is_known(&headers, &etag) { StatusCode::NOT_MODIFIED.into_response() } else { block.into_response() }
        }
        Form::Car => {
            // Found out before the first byte, while it can still be said.
            let size = match (app.store.size(&cid).await.map_err(ApiError::inside)?, cid.codec) {
                (Some(size), _) => size,
                // A leaf of a larger file is a small file of its own.
                (None, Codec::Raw) => block(&app, &cid).await?.len() as u64,
                (None, Codec::DagPb) => return Err(ApiError::NoContent(cid)),
            };
            if is_known(&headers, &etag) {
                StatusCode::NOT_MODIFIED.into_response()
            } else {
                Body::from_stream(car::archive(app.store.clone(), cid, size)).into_response()
            }
        }
    };
    let kind = match form {
        Form::File => "application/octet-stream",
        Form::Raw => RAW,
        Form::Car => "application/vnd.ipld.car; version=1; order=dfs; dups=y",
    };
    let name = query.filename.as_deref().map(safe_name).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| match form {
        Form::File => cid.to_string(),
        Form::Raw => format!("{cid}.bin"),
        Form::Car => format!("{cid}.car"),
    });
    let set = response.headers_mut();
    for (header, value) in [
        (header::CONTENT_TYPE, kind.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::ETAG, etag),
        (header::CACHE_CONTROL, IMMUTABLE.to_string()),
        (header::CONTENT_SECURITY_POLICY, SANDBOX.to_string()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_string()),
        (CORP, "cross-origin".to_string()),
        (HeaderName::from_static("x-ipfs-path"), format!("/ipfs/{cid}")),
    ] {
        set.insert(header, HeaderValue::from_str(&value).map_err(ApiError::inside)?);
    }
    set.append(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

fn form(format: Option<&str>, headers: &HeaderMap) -> Result<Form, ApiError> {
    match format {
        Some("raw") => return Ok(Form::Raw),
        Some("car") => return Ok(Form::Car),
        Some(other) => {
            return Err(ApiError::BadRequest(format!("`format` is {other:?}; it can be raw or car.")));
        }
        None => {}
    }
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Ok(match accept {
        accept if accept.contains(RAW) => Form::Raw,
        accept if accept.contains(CAR) => Form::Car,
        _ => Form::File,
    })
}

async fn file(app: &App, cid: Cid, headers: &HeaderMap, etag: &str) -> Result<Response, ApiError> {
    let Some(size) = app.store.size(&cid).await.map_err(ApiError::inside)? else {
        // A raw leaf of a larger file is a small file of its own.
        return match cid.codec {
            Codec::Raw => Ok(bytes_in_range(headers, cid, etag, block(app, &cid).await?)?),
            Codec::DagPb => Err(ApiError::NoContent(cid)),
        };
    };
    if is_known(headers, etag) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let (status, part) = match range_of(headers, etag, size) {
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Unsatisfiable => return Err(unsatisfiable(cid, size, headers)),
    };
    let length = part.end - part.start;
    let range = format!("bytes {}-{}/{size}", part.start, part.end.saturating_sub(1));
    let stream = app.store.read(&cid, part).await.map_err(ApiError::inside)?;
    let mut response = (status, Body::from_stream(stream)).into_response();
    let set = response.headers_mut();
    set.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    set.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if status == StatusCode::PARTIAL_CONTENT {
        set.insert(header::CONTENT_RANGE, HeaderValue::from_str(&range).map_err(ApiError::inside)?);
    }
    Ok(response)
}

fn bytes_in_range(headers: &HeaderMap, cid: Cid, etag: &str, bytes: Bytes) -> Result<Response, ApiError> {
    if is_known(headers, etag) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let size = bytes.len() as u64;
    let ranges = (header::ACCEPT_RANGES, "bytes".to_string());
    match range_of(headers, etag, size) {
        Wanted::Whole => Ok(([ranges], bytes).into_response()),
        Wanted::Unsatisfiable => Err(unsatisfiable(cid, size, headers)),
        Wanted::Part(part) => {
            let range = (header::CONTENT_RANGE, format!("bytes {}-{}/{size}", part.start, part.end - 1));
            // Within `size`, which is a length in memory.
            let slice = bytes.slice(part.start as usize..part.end as usize);
            Ok((StatusCode::PARTIAL_CONTENT, [ranges, range], slice).into_response())
        }
    }
}

async fn block(app: &App, cid: &Cid) -> Result<Bytes, ApiError> {
    app.store.block(cid).await.map_err(ApiError::inside)?.ok_or(ApiError::NoContent(*cid))
}

fn range_of(headers: &HeaderMap, etag: &str, size: u64) -> Wanted {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // A range of another version is of no use; there is only one version here.
    if text(header::IF_RANGE).is_some_and(|known| known.trim() != etag) {
        return Wanted::Whole;
    }
    wanted(text(header::RANGE), size)
}

fn unsatisfiable(cid: Cid, bytes: u64, headers: &HeaderMap) -> ApiError {
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    ApiError::BadRange { cid, bytes, range: range.chars().take(100).collect() }
}

fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|list| list.split(',')).any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    })
}

/// Letters, digits and `._-` of a wanted file name.
fn safe_name(name: &str) -> String {
    let kept = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ' ');
    name.chars().filter(kept).take(100).collect::<String>().trim_start_matches('.').to_string()
}
