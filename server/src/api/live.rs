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

use crate::{app::App, problem::ApiError};

/// Listeners at the same time.
const MAX_LISTENERS: usize = 4_096;
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What changed, as it changes: events `changed` with the subjects that new blocks touched. An event without
/// any after a pause says that some were missed: read everything anew.
#[utoipa::path(get, path = "/api/live", tag = "index", responses(
    (status = 200, body = Changed, content_type = "text/event-stream"),
    (status = 429, body = Problem, content_type = "application/problem+json"),
))]
pub async fn live(State(app): State<App>) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    if app.live.listeners() >= MAX_LISTENERS {
        return Err(ApiError::TooMany { seconds: 60 });
    }
    let changes = stream::unfold(app.live.listen(), |mut changes| async move {
        let changed = match changes.recv().await {
            Ok(changed) => changed,
            Err(RecvError::Lagged(_)) => Changed { block: 0, subjects: Vec::new() },
            Err(RecvError::Closed) => return None,
        };
        // Numbers always become JSON; an event without data would be dropped by the browser.
        let event = Event::default().event("changed").json_data(&changed).unwrap_or_default();
        Some((Ok(event), changes))
    });
    let stop = app.stop.clone().cancelled_owned();
    Ok(Sse::new(changes.take_until(stop)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}
