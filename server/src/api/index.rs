//! Status, figures and deployment.

use axum::{Json, extract::State};
use bounty::api::Figures;
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

/// What is going on, in numbers.
#[utoipa::path(get, path = "/api/figures", tag = "index", responses(
    (status = 200, body = Figures),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn figures(State(app): State<App>) -> Result<Json<Figures>, ApiError> {
    Ok(Json(views::figures::figures(&app.db).await?))
}

/// Which chain and contracts this house serves.
#[utoipa::path(get, path = "/api/deployment", tag = "index", responses((status = 200, body = Deployment)))]
pub async fn deployment(State(app): State<App>) -> Json<Deployment> {
    Json(app.deployment.clone())
}
