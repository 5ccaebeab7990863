//! Routes of compute jobs.

use ::jobs::api::{JobDetail, JobList, JobQuery, JobsOwed, NetworkDetail, ProviderList, ProviderQuery};
use axum::{Json, Router, extract::State, routing::get};
use protocol::api::Problem;
use utoipa::OpenApi;

use super::{list as rows, network as figures, owed as dues, providers as lenders};
use crate::{
    api::extract::{Account, Number, Query},
    app::App,
    problem::ApiError,
};

#[derive(OpenApi)]
#[openapi(
    paths(list, detail, owed, providers, network),
    components(schemas(::jobs::State, ::jobs::api::JobSort, ::jobs::api::ProviderSort)),
    tags((name = "jobs", description = "Compute jobs and providers as folded from their events."))
)]
struct Description;

pub(super) fn description() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/jobs", get(list))
        .route("/api/jobs/{id}", get(detail))
        .route("/api/jobs/owed/{address}", get(owed))
        .route("/api/providers", get(providers))
        .route("/api/network", get(network))
}

/// A page of the list of jobs.
#[utoipa::path(get, path = "/api/jobs", tag = "jobs", params(JobQuery), responses(
    (status = 200, body = JobList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
async fn list(State(app): State<App>, Query(query): Query<JobQuery>) -> Result<Json<JobList>, ApiError> {
    rows::list(&app.db, &query).await.map(Json)
}

/// One job: the folded state, its payments line by line, and the events it was folded from.
#[utoipa::path(get, path = "/api/jobs/{id}", tag = "jobs",
    params(("id" = u64, Path, description = "Number of the job, from 1.")),
    responses(
        (status = 200, body = JobDetail),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn detail(State(app): State<App>, Number(id): Number) -> Result<Json<JobDetail>, ApiError> {
    rows::detail(&app.db, id).await.map(Json)
}

/// What an account can claim of jobs that have ended, and collect beside.
#[utoipa::path(get, path = "/api/jobs/owed/{address}", tag = "jobs",
    params(("address" = String, Path, description = "The account.")),
    responses(
        (status = 200, body = JobsOwed),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn owed(State(app): State<App>, Account(account): Account) -> Result<Json<JobsOwed>, ApiError> {
    dues::owed(&app.db, account).await.map(Json)
}

/// A page of the list of providers, with capability and price.
#[utoipa::path(get, path = "/api/providers", tag = "jobs", params(ProviderQuery), responses(
    (status = 200, body = ProviderList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
async fn providers(State(app): State<App>, Query(query): Query<ProviderQuery>) -> Result<Json<ProviderList>, ApiError> {
    lenders::list(&app.db, &query).await.map(Json)
}

/// All providers and jobs in figures, with a trend of 15 days.
#[utoipa::path(get, path = "/api/network", tag = "jobs", responses(
    (status = 200, body = NetworkDetail),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
async fn network(State(app): State<App>) -> Result<Json<NetworkDetail>, ApiError> {
    Ok(Json(figures::network(&app.db).await?))
}
