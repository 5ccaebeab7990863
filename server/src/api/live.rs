//! Server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use futures::{Stream, StreamExt, stream};
use protocol::api::{Changed, Problem};
use tokio::sync::broadcast::error::RecvError;

use super::extract::ClientAddress;
use crate::{app::App, listen::Full, problem::ApiError};

/// Seconds after which whoever had no place may ask again.
const AGAIN: u64 = 60;
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What changed, as it changes: events `changed` with the subjects that new blocks touched. An event without
/// any after a pause says that some were missed: read everything anew.
#[utoipa::path(get, path = "/api/live", tag = "index", responses(
    (status = 200, body = Changed, content_type = "text/event-stream"),
    (status = 429, body = Problem, content_type = "application/problem+json"),
))]
pub async fn live(
    State(app): State<App>,
    ClientAddress(client): ClientAddress,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let place = app.streams.take(client).map_err(|full| {
        let whose = match full {
            Full::ForClient => "Your",
            Full::ForAll => "This server's",
        };
        ApiError::TooManyStreams { whose, seconds: AGAIN }
    })?;
    // The place is held as long as the stream.
    let changes = stream::unfold((app.live.listen(), place), |(mut changes, place)| async move {
        let changed = match changes.recv().await {
            Ok(changed) => changed,
            Err(RecvError::Lagged(_)) => Changed { block: 0, subjects: Vec::new() },
            Err(RecvError::Closed) => return None,
        };
        // Numbers always become JSON; an event without data would be dropped by the browser.
        let event = Event::default().event("changed").json_data(&changed).unwrap_or_default();
        Some((Ok(event), (changes, place)))
    });
    let stop = app.stop.clone().cancelled_owned();
    Ok(Sse::new(changes.take_until(stop)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}
