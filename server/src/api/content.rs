//! Storing files.

use std::time::{Duration, Instant};

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, header},
};
use content::{Broken, take_in};
use futures::{Stream, StreamExt, stream};
use protocol::api::{Problem, Stored};

use super::extract::CidPath;
use crate::{
    app::App,
    config::Limits,
    content::{
        quota,
        room::{Charge, Room},
    },
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
        (status = 507, body = Problem, content_type = "application/problem+json"),
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
    if declared.is_some_and(|bytes| bytes > limit) {
        // Better said now than after 2 GB.
        return Err(ApiError::TooLarge { limit });
    }
    // Dropped on every way out, and with it given back, unless it became a charge.
    let mut room = Room::reserve(&app.db, &app.disk, app.limits, session.address, &cid, declared).await?;
    let idle = Duration::from_secs(app.limits.upload_idle_seconds);
    let taken = take_in(admitted(body, &mut room, Pace::of(&app.limits)), cid, &app.arriving, limit, idle).await;
    let checked = match taken {
        Ok(checked) => checked,
        Err(error) => {
            // Before the answer, so that whoever tries again finds it free.
            room.give_back().await?;
            return Err(error.into());
        }
    };
    let file = checked.file;
    let charge = room.charge(&file).await?;
    if let Err(error) = app.store.keep(checked).await {
        if charge == Charge::New {
            quota::refund(&app.db, &session.address, &file).await?;
        }
        room.give_back().await?;
        return Err(ApiError::inside(error));
    }
    room.stored(&file).await?;
    // The reader of titles ends only with the server.
    let _ = app.stored.send(cid);
    let quota_left = app.limits.quota.saturating_sub(quota::used(&app.db, &session.address).await?);
    Ok(Json(Stored { cid: cid.to_string(), bytes: file.bytes, quota_left }))
}

/// How fast an upload must get on.
#[derive(Debug, Clone, Copy)]
struct Pace {
    began: Instant,
    /// No rate is demanded before.
    grace: Duration,
    /// Bytes a second, on average.
    least: u64,
}

impl Pace {
    fn of(limits: &Limits) -> Self {
        let grace = Duration::from_secs(limits.upload_idle_seconds);
        Self { began: Instant::now(), grace, least: limits.upload_least_rate }
    }

    fn is_kept(&self, taken: u64) -> bool {
        let passed = self.began.elapsed();
        passed <= self.grace || taken >= self.least.saturating_mul(passed.as_secs())
    }
}

/// The pieces of a body, each once there is room for it.
fn admitted(body: Body, room: &mut Room, pace: Pace) -> impl Stream<Item = Result<bytes::Bytes, Broken<ApiError>>> {
    stream::try_unfold((body.into_data_stream(), room, 0u64), move |(mut pieces, room, taken)| async move {
        let Some(piece) = pieces.next().await else { return Ok(None) };
        let piece = piece.map_err(|error| Broken::Line(error.to_string()))?;
        let taken = taken + piece.len() as u64;
        if !pace.is_kept(taken) {
            let least = pace.least;
            return Err(Broken::Line(format!("fewer than {least} bytes came in a second")));
        }
        room.admit(taken).await.map_err(Broken::Refused)?;
        Ok(Some((piece, (pieces, room, taken))))
    })
}
