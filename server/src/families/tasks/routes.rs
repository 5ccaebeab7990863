//! Routes of tasks.

use ::tasks::api::{OwedDetail, TaskDetail, TaskList, TaskQuery};
use axum::{Json, Router, extract::State, routing::get};
use protocol::api::Problem;
use utoipa::OpenApi;

use super::list as rows;
use crate::{
    api::extract::{Account, Number, Query},
    app::App,
    problem::ApiError,
};

#[derive(OpenApi)]
#[openapi(
    paths(list, detail, owed),
    components(schemas(::tasks::Kind, ::tasks::State)),
    tags((name = "tasks", description = "Tasks of private learning as folded from their events."))
)]
struct Description;

pub(super) fn description() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/tasks", get(list))
        .route("/api/tasks/{id}", get(detail))
        .route("/api/owed/{address}", get(owed))
}

/// A page of the list of tasks, the newest first.
#[utoipa::path(get, path = "/api/tasks", tag = "tasks", params(TaskQuery), responses(
    (status = 200, body = TaskList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
async fn list(State(app): State<App>, Query(query): Query<TaskQuery>) -> Result<Json<TaskList>, ApiError> {
    rows::list(&app.db, &query).await.map(Json)
}

/// One task: the folded state with its seats, and the events it was folded from.
#[utoipa::path(get, path = "/api/tasks/{id}", tag = "tasks",
    params(("id" = u64, Path, description = "Number of the task, from 1.")),
    responses(
        (status = 200, body = TaskDetail),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn detail(State(app): State<App>, Number(id): Number) -> Result<Json<TaskDetail>, ApiError> {
    rows::detail(&app.db, id).await.map(Json)
}

/// What an account can collect beside parts of tasks.
#[utoipa::path(get, path = "/api/owed/{address}", tag = "tasks",
    params(("address" = String, Path, description = "The account.")),
    responses(
        (status = 200, body = OwedDetail),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn owed(State(app): State<App>, Account(account): Account) -> Result<Json<OwedDetail>, ApiError> {
    rows::owed(&app.db, account).await.map(Json)
}
