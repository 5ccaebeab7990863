//! Status and deployment.

use axum::{Json, extract::State};
use protocol::api::{Deployment, Problem, Status};

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
