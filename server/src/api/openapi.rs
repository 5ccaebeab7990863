//! The API's description, generated from the handlers and types.

use axum::Json;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::{accuracy_log, bounties, content, gateway, index, live, models, session, trained};

/// The description of every route under `/api` and `/ipfs`.
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
        index::figures,
        index::deployment,
        bounties::list,
        bounties::detail,
        models::list,
        models::detail,
        models::contributions,
        models::accuracy,
        models::tell_original,
        trained::list,
        accuracy_log::head,
        accuracy_log::inclusion,
        accuracy_log::consistency,
        live::live,
        session::nonce,
        session::begin,
        session::end,
        content::store,
        gateway::give,
    ),
    components(schemas(
        bounty::Phase,
        bounty::api::BountySort,
        shared_model::api::ModelSort,
        shared_model::api::ContributionSort,
    )),
    modifiers(&Sessions),
    tags(
        (name = "index", description = "What the index of the chain knows."),
        (name = "bounties", description = "Bounties as folded from their events."),
        (name = "models", description = "Models on chain that everybody can teach."),
        (name = "trained models", description = "Models as files: winners of bounties, and published ones."),
        (name = "accuracy log", description = "An append-only Merkle log of how accurate models were (RFC 9162)."),
        (name = "session", description = "Sign-in with Ethereum (EIP-4361); needed for storing files only."),
        (name = "content", description = "Files by CID."),
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

/// The OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

/// `GET /api/openapi.json`.
pub async fn json() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}
