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

use super::extract::{CidPath, ClientAddress};
use crate::{
    app::App,
    config::Limits,
    content::{
        quota,
        room::{AGAIN, Charge, Room},
    },
    listen::Full,
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
    ClientAddress(client): ClientAddress,
    CidPath(cid): CidPath,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Stored>, ApiError> {
    app.uploads.take(&session.address)?;
    // Accounts cost nothing: what many of them may have reserved is bounded by where they are.
    let _place = app.uploading.take(client).map_err(|full| {
        let whose = match full {
            Full::ForClient => "Your network address's",
            Full::ForAll => "The server's",
        };
        ApiError::UploadsUnderWay { whose, seconds: AGAIN }
    })?;
    let limit = app.limits.max_file;
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|bytes| bytes > limit) {
        // Better said now than after 2 GB.
        return Err(ApiError::TooLarge { limit });
    }
    // Dropped on every way out, and with it given back, unless it became a charge.
    let mut room = Room::reserve(&app.db, &app.disk, app.limits, session.address, &cid, declared).await?;
    let idle = Duration::from_secs(app.limits.upload_idle_seconds);
    let pace = Pace::of(&app.limits, declared);
    let taken = take_in(admitted(body, &mut room, pace), cid, &app.arriving, limit, idle).await;
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
    /// No rate is demanded before.
    grace: Duration,
    /// Bytes a second, on average.
    least: u64,
}

impl Pace {
    /// Of a file of so many bytes, where the upload says how many: a large one that gets on slowly would take room for days.
    fn of(limits: &Limits, declared: Option<u64>) -> Self {
        let grace = Duration::from_secs(limits.upload_idle_seconds);
        let whole_in_time = declared.unwrap_or(0) / limits.upload_longest_seconds.max(1);
        Self { grace, least: limits.upload_least_rate.max(whole_in_time) }
    }

    fn is_kept(&self, taken: u64, passed: Duration) -> bool {
        passed <= self.grace || taken >= self.least.saturating_mul(passed.as_secs())
    }
}

/// The pieces of a body, each once there is room for it.
fn admitted(body: Body, room: &mut Room, pace: Pace) -> impl Stream<Item = Result<bytes::Bytes, Broken<ApiError>>> {
    let began = Instant::now();
    stream::try_unfold((body.into_data_stream(), room, 0u64), move |(mut pieces, room, taken)| async move {
        let Some(piece) = pieces.next().await else { return Ok(None) };
        let piece = piece.map_err(|error| Broken::Line(error.to_string()))?;
        let taken = taken + piece.len() as u64;
        if !pace.is_kept(taken, began.elapsed()) {
            let least = pace.least;
            return Err(Broken::Line(format!("fewer than {least} bytes came in a second")));
        }
        room.admit(taken).await.map_err(Broken::Refused)?;
        Ok(Some((piece, (pieces, room, taken))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_file_must_get_on_so_that_it_is_whole_in_time() {
        let limits = crate::config::tests::parsed(&[]).limits;
        let (hour, two_gib) = (Duration::from_secs(3_600), 2 << 30);
        let large = Pace::of(&limits, Some(two_gib));
        // Four hours for all of it.
        assert!(large.is_kept(two_gib / 4, hour) && !large.is_kept(two_gib / 5, hour));
        assert!(large.is_kept(0, Duration::from_secs(30)), "a slow beginning is no fault");
        // A kilobyte a second is enough for what is small, or of unknown length.
        for slow in [Pace::of(&limits, Some(1 << 20)), Pace::of(&limits, None)] {
            assert!(slow.is_kept(1_024 * 100, Duration::from_secs(100)));
            assert!(!slow.is_kept(1_024 * 99, Duration::from_secs(100)));
        }
    }
}
