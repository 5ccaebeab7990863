//! Routes of the accuracy log.

use ::shared_model::api::{AccuracyLogHead, ConsistencyProof, ConsistencyQuery, InclusionProof, InclusionQuery};
use axum::{Json, Router, extract::State, routing::get};
use protocol::api::Problem;
use utoipa::OpenApi;

use super::accuracy as counted;
use crate::{api::extract::Query, app::App, problem::ApiError};

#[derive(OpenApi)]
#[openapi(
    paths(head, inclusion, consistency),
    tags((name = "accuracy log", description = "An append-only Merkle log of how accurate models were (RFC 9162)."))
)]
struct Description;

pub(super) fn description() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/accuracy-log", get(head))
        .route("/api/accuracy-log/proof", get(inclusion))
        .route("/api/accuracy-log/consistency", get(consistency))
}

/// Size and root of the log, and the last of its roots that the account of this server has written to the chain.
#[utoipa::path(get, path = "/api/accuracy-log", tag = "accuracy log", responses(
    (status = 200, body = AccuracyLogHead),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
async fn head(State(app): State<App>) -> Result<Json<AccuracyLogHead>, ApiError> {
    counted::head(&app.db, &app.accuracy, app.anchored_by, app.accuracy_confirmations).await.map(Json)
}

/// That an entry is in the log: what hashes from the leaf to a root (RFC 9162, 2.1.3).
#[utoipa::path(get, path = "/api/accuracy-log/proof", tag = "accuracy log", params(InclusionQuery), responses(
    (status = 200, body = InclusionProof),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
async fn inclusion(
    State(app): State<App>,
    Query(query): Query<InclusionQuery>,
) -> Result<Json<InclusionProof>, ApiError> {
    counted::inclusion(&app.accuracy, &query).await.map(Json)
}

/// That nothing was changed while the log grew from one size to another (RFC 9162, 2.1.4).
#[utoipa::path(get, path = "/api/accuracy-log/consistency", tag = "accuracy log", params(ConsistencyQuery),
    responses(
        (status = 200, body = ConsistencyProof),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn consistency(
    State(app): State<App>,
    Query(query): Query<ConsistencyQuery>,
) -> Result<Json<ConsistencyProof>, ApiError> {
    counted::consistency(&app.accuracy, &query).await.map(Json)
}
