//! For whoever runs the server.

use std::fmt::Write as _;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use protocol::api::Status;
use serde::Serialize;
use sqlx::Row;

use crate::{
    app::App,
    content::quota,
    db::from_db,
    problem::ApiError,
    views::status::{now, status},
};

/// `GET /healthz`.
#[derive(Debug, Serialize)]
pub struct Health {
    status: &'static str,
    block: u64,
    head: u64,
    /// Blocks between index and head.
    lag: u64,
    trouble: Option<String>,
    /// A sentence for each background task that has ended.
    ended: Vec<String>,
}

/// 200 while the database answers and every task runs, with how far the index is; 503 otherwise.
pub async fn healthz(State(app): State<App>) -> Result<(StatusCode, Json<Health>), ApiError> {
    let status = status(&app.db).await?;
    let lag = status.head.saturating_sub(status.block);
    let ended = app.health.ended();
    let (code, health) = match (ended.is_empty(), &status.trouble) {
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "broken"),
        (true, Some(_)) => (StatusCode::OK, "trouble"),
        (true, None) => (StatusCode::OK, "ok"),
    };
    let Status { block, head, trouble, .. } = status;
    Ok((code, Json(Health { status: health, block, head, lag, trouble, ended })))
}

/// Figures in the text format of Prometheus.
pub async fn metrics(State(app): State<App>) -> Result<impl IntoResponse, ApiError> {
    let status = status(&app.db).await?;
    let reorgs = sqlx::query("SELECT reorgs FROM progress WHERE id = 1").fetch_optional(&app.db.pool).await?;
    let reorgs: i64 = reorgs.map_or(Ok(0), |row| row.try_get(0))?;
    let (files, bytes) = quota::stored(&app.db).await?;
    let relayed = app.relay.counts();
    let trouble = u64::from(status.trouble.is_some());
    let mut text = String::new();
    for (name, kind, help, value) in [
        ("head_block", "gauge", "Last block the node reported.", status.head),
        ("indexed_block", "gauge", "Last block indexed.", status.block),
        ("index_lag_seconds", "gauge", "Age of the last block indexed.", now(&status) - status.block_at),
        ("index_trouble", "gauge", "1 while the index cannot advance.", trouble),
        (
            "reorgs_total",
            "counter",
            "Reorganisations that the index went back for.",
            u64::try_from(reorgs).unwrap_or(0),
        ),
        ("stored_files", "gauge", "Files taken in.", files),
        ("stored_bytes", "gauge", "Bytes of files taken in.", bytes),
        ("live_listeners", "gauge", "Open streams of changes.", app.streams.taken() as u64),
        ("connections", "gauge", "Open connections.", app.connections.taken() as u64),
        ("relay_connections", "gauge", "Seats that are connected to the relay.", relayed.connections),
        ("relay_waiting_bytes", "gauge", "Bytes that wait in the relay for slow receivers.", relayed.waiting),
        ("relay_envelopes_total", "counter", "Envelopes that the relay passed on.", relayed.envelopes),
        ("relay_bytes_total", "counter", "Bytes in them.", relayed.bytes),
        ("relay_dropped_total", "counter", "Envelopes for seats that were not there.", relayed.dropped),
        ("relay_held_back_total", "counter", "How often a sender had to wait for its receiver.", relayed.held_back),
        ("relay_replaced_total", "counter", "Connections whose seat connected again.", relayed.replaced),
        ("relay_idle_total", "counter", "Connections closed because nothing came.", relayed.idle),
        ("relay_stuck_total", "counter", "Connections closed because they took nothing in.", relayed.stuck),
        ("relay_unreadable_total", "counter", "Connections closed for what they sent.", relayed.unreadable),
        ("disk_free_bytes", "gauge", "Free bytes where files arrive.", app.disk.free().unwrap_or(0)),
    ] {
        write_number(&mut text, name, kind, help, value);
    }
    for gauge in app.families.iter().flat_map(|family| family.gauges()) {
        let value: i64 = sqlx::query(gauge.sql).fetch_one(&app.db.pool).await?.try_get(0)?;
        write_number(&mut text, gauge.name, "gauge", gauge.help, from_db(value));
    }
    text.push_str("# HELP modelmarket_task_up 1 while a background task runs.\n# TYPE modelmarket_task_up gauge\n");
    for (task, runs) in app.health.all() {
        let _ = writeln!(text, "modelmarket_task_up{{task=\"{}\"}} {}", task.name, u64::from(runs));
    }
    text.push_str("# HELP modelmarket_http_requests_total Requests answered.\n");
    text.push_str("# TYPE modelmarket_http_requests_total counter\n");
    app.counts.write(&mut text);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text))
}

fn write_number(text: &mut String, name: &str, kind: &str, help: &str, value: u64) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "# HELP modelmarket_{name} {help}\n# TYPE modelmarket_{name} {kind}");
    let _ = writeln!(text, "modelmarket_{name} {value}");
}
