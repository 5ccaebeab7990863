//! Routes of models as files.

use ::trained::api::{AccountAttestations, TrainedFrom, TrainedList, TrainedQuery, TrainedSort};
use axum::{Json, Router, extract::State, routing::get};
use protocol::api::Problem;
use utoipa::OpenApi;

use super::list as rows;
use crate::{
    api::extract::{Account, Query},
    app::App,
    problem::ApiError,
};

#[derive(OpenApi)]
#[openapi(
    paths(list, attestations),
    components(schemas(TrainedSort, TrainedFrom)),
    tags((name = "trained models", description = "Models as files: winners of bounties, and published ones."))
)]
struct Description;

pub(super) fn description() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/trained-models", get(list))
        .route("/api/accounts/{address}/attestations", get(attestations))
}

/// A page of the list of trained models: winners of settled bounties, and models that somebody
/// published and has not withdrawn. What is behind a CID need not be stored here.
#[utoipa::path(get, path = "/api/trained-models", tag = "trained models", params(TrainedQuery), responses(
    (status = 200, body = TrainedList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
async fn list(State(app): State<App>, Query(query): Query<TrainedQuery>) -> Result<Json<TrainedList>, ApiError> {
    rows::list(&app.db, &query).await.map(Json)
}

/// What an account says of models of bounties that it ran again, the newest first.
#[utoipa::path(get, path = "/api/accounts/{address}/attestations", tag = "trained models",
    params(("address" = String, Path, description = "The account.")),
    responses(
        (status = 200, body = AccountAttestations),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn attestations(
    State(app): State<App>,
    Account(account): Account,
) -> Result<Json<AccountAttestations>, ApiError> {
    rows::attested(&app.db, account).await.map(Json)
}
