//! The relay between the seats of a task, and between the client of a compute job and a provider.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{
        FromRequestParts, Path, State,
        rejection::PathRejection,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{header::SEC_WEBSOCKET_PROTOCOL, request::Parts},
    response::Response,
};
use protocol::{
    Address,
    api::Problem,
    relay::{MOST_IN_MESSAGE, PROTOCOL, Room, TOKEN_PROTOCOL},
};
use serde::Deserialize;

use super::extract::{ClientAddress, Query};
use crate::{
    app::App,
    listen::{Full, Place},
    problem::ApiError,
    session::SignedIn,
};

/// Whose session a WebSocket is opened under. A browser cannot set headers of one, so the token may stand in the name of the
/// protocol that it asks for.
pub struct Entering {
    address: Address,
    /// The protocol to agree to.
    protocol: String,
}

impl FromRequestParts<App> for Entering {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let asked = parts.headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
        let mut protocols = asked.flat_map(|value| value.split(',')).map(str::trim);
        if let Some(protocol) = protocols.find(|protocol| protocol.starts_with(TOKEN_PROTOCOL)) {
            let protocol = protocol.to_string();
            let address = SignedIn::by_token(app, &protocol[TOKEN_PROTOCOL.len()..]).await?.address;
            return Ok(Self { address, protocol });
        }
        let address = SignedIn::from_request_parts(parts, app).await?.address;
        Ok(Self { address, protocol: PROTOCOL.to_string() })
    }
}

/// Which seat; without it the first one that the account has.
#[derive(Debug, Deserialize)]
pub struct Asked {
    seat: Option<u8>,
}

/// All of a request but its room.
pub struct Door {
    entering: Entering,
    asked: Asked,
    client: IpAddr,
    connection: Option<Arc<Place>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
}

impl FromRequestParts<App> for Door {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Query(asked) = Query::from_request_parts(parts, app).await?;
        let entering = Entering::from_request_parts(parts, app).await?;
        let ClientAddress(client) = ClientAddress::from_request_parts(parts, app).await?;
        let connection = parts.extensions.get::<Arc<Place>>().cloned();
        let upgrade = WebSocketUpgrade::from_request_parts(parts, app).await;
        Ok(Self { entering, asked, client, connection, upgrade })
    }
}

/// Opens a WebSocket to the other seats of a task.
///
/// Messages are envelopes: the number of a seat (1 byte), the length of what follows (4 bytes, big-endian), and what follows. To the
/// relay the seat is whom it is for, from the relay whom it is from. From seat 255 the relay itself says who came (1, seat)
/// and who left (2, seat). It keeps nothing: what is for a seat that is not there is dropped. Close codes: 4001 the seat
/// connected again, 4002 nothing came for too long, 4003 a message that cannot be read. A browser, which cannot set headers here,
/// asks for the protocol `modelmarket.relay.1.` with the token of its session behind it.
#[utoipa::path(get, path = "/api/relay/{task}/{attempt}", tag = "relay", security(("session" = [])), params(
    ("task" = u64, Path, description = "Number of the task."),
    ("attempt" = u16, Path, description = "Number of its attempt."),
    ("seat" = Option<u8>, Query, description = "Number of the seat; without it the account's first one."),
), responses(
    (status = 101, description = "The WebSocket is open."),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 429, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn enter(
    State(app): State<App>,
    path: Result<Path<(u64, u16)>, PathRejection>,
    door: Door,
) -> Result<Response, ApiError> {
    let Path((task, attempt)) =
        path.map_err(|_| ApiError::BadRequest("A task and its attempt are numbers: /api/relay/7/1.".to_string()))?;
    open(&app, Room::Task { task, attempt }, door).await
}

/// Opens a WebSocket between the client of a compute job, seat 0, and one provider, seat 1: while the job is posted between
/// the client and each provider that takes jobs, later with the one that was chosen. Messages are those of
/// `/api/relay/{task}/{attempt}`.
#[utoipa::path(get, path = "/api/relay/jobs/{job}/{provider}", tag = "relay", security(("session" = [])), params(
    ("job" = u64, Path, description = "Number of the job."),
    ("provider" = String, Path, description = "Account of the provider."),
    ("seat" = Option<u8>, Query, description = "Number of the seat; without it the account's first one."),
), responses(
    (status = 101, description = "The WebSocket is open."),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 403, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 429, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn enter_job(
    State(app): State<App>,
    path: Result<Path<(u64, Address)>, PathRejection>,
    door: Door,
) -> Result<Response, ApiError> {
    let Path((job, provider)) = path.map_err(|_| {
        ApiError::BadRequest("A job is a number and a provider an account: /api/relay/jobs/7/0x….".to_string())
    })?;
    open(&app, Room::Job { job, provider }, door).await
}

/// Opens a room's WebSocket to whoever has a seat in it, once there is a place for him.
async fn open(app: &App, room: Room, door: Door) -> Result<Response, ApiError> {
    let Door { entering, asked, client, connection, upgrade } = door;
    let upgrade = upgrade
        .map_err(|_| ApiError::BadRequest("This address is for WebSockets. Open one here.".to_string()))?
        .protocols([entering.protocol])
        .max_message_size(MOST_IN_MESSAGE)
        .max_frame_size(MOST_IN_MESSAGE);
    let seats = app.families.seats(&app.db, room).await?.ok_or(ApiError::NoRoom(room))?;
    let (seat, count) =
        seat_of(&seats, entering.address, asked.seat).ok_or(ApiError::NotSeated { room, address: entering.address })?;
    let place = app.relayed.take(client).map_err(|full| {
        let whose = match full {
            Full::ForClient => "Your network address has",
            Full::ForAll => "The relay has",
        };
        ApiError::TooManyAtRelay(format!(
            "{whose} as many connections as there can be. Use another relay, or try again in 60 s."
        ))
    })?;
    let joined = app
        .relay
        .join(room, seat, count, entering.address)
        .map_err(|error| ApiError::TooManyAtRelay(error.to_string()))?;
    let stop = app.stop.clone();
    Ok(upgrade.on_upgrade(async move |socket| {
        // Both places are held as long as the socket.
        let _places = (place, connection);
        joined.serve(socket, stop).await;
    }))
}

/// The number of the account's seat, and of how many. No task has more than 254.
fn seat_of(seats: &[Address], account: Address, asked: Option<u8>) -> Option<(u8, u8)> {
    let count = u8::try_from(seats.len()).ok().filter(|count| *count < u8::MAX)?;
    let has = |seat: &u8| seats.get(usize::from(*seat)) == Some(&account);
    let seat = match asked {
        Some(seat) => Some(seat).filter(has),
        None => (0..count).find(has),
    };
    seat.map(|seat| (seat, count))
}
