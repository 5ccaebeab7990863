//! Routes of organisations, data sets and grants.

use ::directory::api::{
    DatasetDetail, DatasetList, DatasetQuery, GrantDetail, GrantList, GrantQuery, OrganisationDetail, OrganisationList,
    OrganisationQuery,
};
use axum::{Json, Router, extract::State, routing::get};
use protocol::api::Problem;
use utoipa::OpenApi;

use super::{details, list};
use crate::{
    api::extract::{Account, Number, Query},
    app::App,
    problem::ApiError,
};

#[derive(OpenApi)]
#[openapi(
    paths(organisations, organisation, datasets, dataset, grants, grant),
    components(schemas(::directory::api::DatasetSort, ::directory::GrantState)),
    tags((name = "data", description = "Organisations, the data sets that stay with them, and grants to use these."))
)]
struct Description;

pub(super) fn description() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/organisations", get(organisations))
        .route("/api/organisations/{address}", get(organisation))
        .route("/api/datasets", get(datasets))
        .route("/api/datasets/{id}", get(dataset))
        .route("/api/grants", get(grants))
        .route("/api/grants/{id}", get(grant))
}

/// A page of the list of organisations, the last to join first. What is said of them is their own word.
#[utoipa::path(get, path = "/api/organisations", tag = "data", params(OrganisationQuery), responses(
    (status = 200, body = OrganisationList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
async fn organisations(
    State(app): State<App>,
    Query(query): Query<OrganisationQuery>,
) -> Result<Json<OrganisationList>, ApiError> {
    list::organisations(&app.db, &query).await.map(Json)
}

/// One organisation, if the account ever was one.
#[utoipa::path(get, path = "/api/organisations/{address}", tag = "data",
    params(("address" = String, Path, description = "Its account.")),
    responses(
        (status = 200, body = OrganisationDetail),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn organisation(State(app): State<App>, Account(account): Account) -> Result<Json<OrganisationDetail>, ApiError> {
    details::organisation(&app.db, account).await.map(Json)
}

/// A page of the list of data sets. Their rows are nowhere here; names and columns are what owners published of them.
#[utoipa::path(get, path = "/api/datasets", tag = "data", params(DatasetQuery), responses(
    (status = 200, body = DatasetList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
async fn datasets(State(app): State<App>, Query(query): Query<DatasetQuery>) -> Result<Json<DatasetList>, ApiError> {
    list::datasets(&app.db, &query).await.map(Json)
}

/// One data set, if there is one with this number.
#[utoipa::path(get, path = "/api/datasets/{id}", tag = "data",
    params(("id" = u64, Path, description = "Number of the data set, from 1.")),
    responses(
        (status = 200, body = DatasetDetail),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn dataset(State(app): State<App>, Number(id): Number) -> Result<Json<DatasetDetail>, ApiError> {
    details::dataset(&app.db, id).await.map(Json)
}

/// A page of the list of grants: those that wait for a decision first.
#[utoipa::path(get, path = "/api/grants", tag = "data", params(GrantQuery), responses(
    (status = 200, body = GrantList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
async fn grants(State(app): State<App>, Query(query): Query<GrantQuery>) -> Result<Json<GrantList>, ApiError> {
    list::grants(&app.db, &query).await.map(Json)
}

/// One grant, if there is one with this number.
#[utoipa::path(get, path = "/api/grants/{id}", tag = "data",
    params(("id" = u64, Path, description = "Number of the grant, from 1.")),
    responses(
        (status = 200, body = GrantDetail),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn grant(State(app): State<App>, Number(id): Number) -> Result<Json<GrantDetail>, ApiError> {
    details::grant(&app.db, id).await.map(Json)
}
