//! Status, deployment and raw logs.

use axum::{Json, extract::State};
use protocol::api::{Deployment, LogPage, LogQuery, Problem, Status};

use super::extract::Query;
use crate::{app::App, problem::ApiError, views};

/// How far the index is.
#[utoipa::path(get, path = "/api/status", tag = "index", responses(
    (status = 200, body = Status),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn status(State(app): State<App>) -> Result<Json<Status>, ApiError> {
    Ok(Json(views::status::status(&app.db).await?))
}

/// Which chain and contracts this server is for.
#[utoipa::path(get, path = "/api/deployment", tag = "index", responses((status = 200, body = Deployment)))]
pub async fn deployment(State(app): State<App>) -> Json<Deployment> {
    Json(app.deployment.clone())
}

/// A subject's logs as the chain's nodes told them, a page at a time, whatever its family: for readers that take old
/// ones from here and compare them with the chain.
#[utoipa::path(get, path = "/api/logs", tag = "index", params(LogQuery), responses(
    (status = 200, body = LogPage),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn logs(State(app): State<App>, Query(query): Query<LogQuery>) -> Result<Json<LogPage>, ApiError> {
    Ok(Json(views::logs::page(&app.db, &query).await?))
}
