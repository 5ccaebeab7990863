//! A relay that asks nobody who they are: for one's own machine or network. Servers of the project let in only seats of
//! tasks on their chain.

use axum::{
    Router,
    extract::{Path, Query, State, WebSocketUpgrade},
    http::{HeaderMap, StatusCode, header::SEC_WEBSOCKET_PROTOCOL},
    response::{IntoResponse, Response},
    routing::get,
    serve::ListenerExt as _,
};
use protocol::{
    Address,
    relay::{MOST_IN_MESSAGE, PROTOCOL, Room, TOKEN_PROTOCOL},
};
use relay::{Limits, Relay};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{failure::Failure, told::Printer};

/// Seats of a task at most: those of the contract, and a helper.
const SEATS: u8 = tasks::MAX_SEATS as u8 + 1;

#[derive(serde::Deserialize)]
struct Seat {
    seat: u8,
}

/// `agent relay`
pub async fn run(listen: &str, printer: Printer) -> Result<(), Failure> {
    let unheard = |error: std::io::Error| {
        Failure::Given(format!("Nothing can listen at {listen}: {error}. Name another address with --listen."))
    };
    let listener = TcpListener::bind(listen).await.map_err(unheard)?;
    let address = listener.local_addr().map_err(unheard)?;
    printer.say(&json!({"relay": format!("http://{address}")}));
    let router = Router::new()
        .route("/api/relay/{task}/{attempt}", get(enter))
        .route("/api/relay/jobs/{job}/{provider}", get(enter_job))
        .with_state(Relay::new(Limits::default()));
    // Small messages leave at once: seats wait for each other's.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await.map_err(|error| Failure::Failed(format!("The relay has ended: {error}.")))
}

async fn enter(
    State(relay): State<Relay>,
    Path((task, attempt)): Path<(u64, u16)>,
    Query(Seat { seat }): Query<Seat>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    open(&relay, Room::Task { task, attempt }, seat, &headers, upgrade)
}

async fn enter_job(
    State(relay): State<Relay>,
    Path((job, provider)): Path<(u64, Address)>,
    Query(Seat { seat }): Query<Seat>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    open(&relay, Room::Job { job, provider }, seat, &headers, upgrade)
}

fn open(relay: &Relay, room: Room, seat: u8, headers: &HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if seat >= SEATS {
        return (StatusCode::BAD_REQUEST, format!("A task has at most {SEATS} seats.")).into_response();
    }
    // Nobody is known by name here, so that places are counted by seat.
    match relay.join(room, seat, SEATS, Address([seat; 20])) {
        Ok(joined) => upgrade
            .protocols(spoken(headers))
            .max_message_size(MOST_IN_MESSAGE)
            .on_upgrade(move |socket| joined.serve(socket, CancellationToken::new())),
        Err(error) => (StatusCode::TOO_MANY_REQUESTS, error.to_string()).into_response(),
    }
}

/// The protocol, as who connects names it: a browser puts the token of its session behind it, which says nothing here.
fn spoken(headers: &HeaderMap) -> Vec<String> {
    let asked = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    let names = asked.flat_map(|names| names.split(',').map(str::trim));
    names.filter(|name| *name == PROTOCOL || name.starts_with(TOKEN_PROTOCOL)).map(str::to_owned).collect()
}
