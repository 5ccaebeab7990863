//! The API's description, generated from the handlers and types.

use axum::{Json, extract::State};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::{content, gateway, index, live, relay, session};
use crate::{app::App, family::Families};

/// The description of every route under `/api` and `/ipfs` that is not a family's.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "ModelMarket",
        description = "What the server of ModelMarket answers. It is a convenience: whatever it says can be checked \
                       from the chain and from content-addressed data. Amounts are decimal texts of 10^-18 MDC, times \
                       seconds since the epoch. Errors are RFC 9457 problem documents.",
    ),
    paths(
        index::status,
        index::deployment,
        index::logs,
        live::live,
        relay::enter,
        relay::enter_job,
        session::nonce,
        session::begin,
        session::end,
        content::store,
        gateway::give,
    ),
    modifiers(&Sessions),
    tags(
        (name = "index", description = "What the index of the chain knows."),
        (name = "session", description = "Sign-in with Ethereum (EIP-4361); needed for storing files and for the relay."),
        (name = "content", description = "Files by CID."),
        (name = "relay", description = "What the seats of a task send each other; sealed between them."),
    )
)]
struct Description;

struct Sessions;

impl Modify for Sessions {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        openapi.components.get_or_insert_default().add_security_scheme("session", SecurityScheme::Http(bearer));
    }
}

/// The OpenAPI document of a server with these families.
pub fn document(families: &Families) -> utoipa::openapi::OpenApi {
    families.iter().fold(Description::openapi(), |document, family| document.merge_from(family.description()))
}

/// `GET /api/openapi.json`.
pub async fn json(State(app): State<App>) -> Json<utoipa::openapi::OpenApi> {
    Json(document(&app.families))
}
