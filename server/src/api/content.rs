//! Storing files.

use std::time::Duration;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, header},
};
use content::take_in;
use protocol::api::{Problem, Stored};

use super::extract::CidPath;
use crate::{
    app::App,
    content::quota::{self, Charge},
    problem::ApiError,
    session::SignedIn,
};

/// Stores a file under its CID: what Kubo computes with `--cid-version=1 --raw-leaves`. The bytes are hashed while
/// they arrive, and refused where they do not match.
#[utoipa::path(put, path = "/api/content/{cid}", tag = "content", security(("session" = [])),
    params(("cid" = String, Path, description = "Version 1, SHA-256, raw or dag-pb, base32.")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, body = Stored),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn store(
    State(app): State<App>,
    session: SignedIn,
    CidPath(cid): CidPath,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Stored>, ApiError> {
    app.uploads.take(&session.address)?;
    let limit = app.limits.max_file;
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if let Some(bytes) = declared {
        // Better said now than after 2 GB.
        if bytes > limit {
            return Err(ApiError::TooLarge { limit });
        }
        let left = app.limits.quota.saturating_sub(quota::used(&app.db, &session.address).await?);
        if bytes > left && app.store.size(&cid).await.map_err(ApiError::inside)?.is_none() {
            return Err(ApiError::QuotaExceeded { bytes, left });
        }
    }
    let idle = Duration::from_secs(app.limits.upload_idle_seconds);
    let checked = take_in(body.into_data_stream(), cid, &app.arriving, limit, idle).await?;
    let file = checked.file;
    let charge = quota::charge(&app.db, &session.address, &file, app.limits.quota).await?;
    if let Err(error) = app.store.keep(checked).await {
        if charge == Charge::New {
            quota::refund(&app.db, &session.address, &file).await?;
        }
        return Err(ApiError::inside(error));
    }
    quota::note_stored(&app.db, &file).await?;
    // The reader of titles ends only with the server.
    let _ = app.stored.send(cid);
    let quota_left = app.limits.quota.saturating_sub(quota::used(&app.db, &session.address).await?);
    Ok(Json(Stored { cid: cid.to_string(), bytes: file.bytes, quota_left }))
}
