//! The accuracy log.

use axum::{Json, extract::State};
use protocol::api::Problem;
use shared_model::api::{AccuracyLogHead, ConsistencyProof, ConsistencyQuery, InclusionProof, InclusionQuery};

use super::extract::Query;
use crate::{app::App, problem::ApiError, views};

/// Size and root of the log, and the last of its roots on chain.
#[utoipa::path(get, path = "/api/accuracy-log", tag = "accuracy log", responses(
    (status = 200, body = AccuracyLogHead),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn head(State(app): State<App>) -> Result<Json<AccuracyLogHead>, ApiError> {
    views::accuracy::head(&app.db, &app.accuracy, app.anchor_from, app.accuracy_confirmations).await.map(Json)
}

/// That an entry is in the log: what hashes from the leaf to a root (RFC 9162, 2.1.3).
#[utoipa::path(get, path = "/api/accuracy-log/proof", tag = "accuracy log", params(InclusionQuery), responses(
    (status = 200, body = InclusionProof),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn inclusion(
    State(app): State<App>,
    Query(query): Query<InclusionQuery>,
) -> Result<Json<InclusionProof>, ApiError> {
    views::accuracy::inclusion(&app.accuracy, &query).await.map(Json)
}

/// That nothing was changed while the log grew from one size to another (RFC 9162, 2.1.4).
#[utoipa::path(get, path = "/api/accuracy-log/consistency", tag = "accuracy log", params(ConsistencyQuery),
    responses(
        (status = 200, body = ConsistencyProof),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn consistency(
    State(app): State<App>,
    Query(query): Query<ConsistencyQuery>,
) -> Result<Json<ConsistencyProof>, ApiError> {
    views::accuracy::consistency(&app.accuracy, &query).await.map(Json)
}
