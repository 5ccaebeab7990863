//! Routes of bounties.

use axum::{Json, Router, extract::State, routing::get};
use bounty::api::{AccountBounties, BountyDetail, BountyList, BountyQuery, Figures};
use protocol::api::Problem;
use utoipa::OpenApi;

use super::{figures as numbers, list as rows, records};
use crate::{
    api::extract::{Account, Number, Query},
    app::App,
    problem::ApiError,
};

#[derive(OpenApi)]
#[openapi(
    paths(figures, list, detail, account),
    components(schemas(bounty::Phase, bounty::api::BountySort)),
    tags((name = "bounties", description = "Bounties as folded from their events."))
)]
struct Description;

pub(super) fn description() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/figures", get(figures))
        .route("/api/bounties", get(list))
        .route("/api/bounties/{id}", get(detail))
        .route("/api/accounts/{address}/bounties", get(account))
}

/// What is going on, in numbers.
#[utoipa::path(get, path = "/api/figures", tag = "index", responses(
    (status = 200, body = Figures),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
async fn figures(State(app): State<App>) -> Result<Json<Figures>, ApiError> {
    Ok(Json(numbers::figures(&app.db).await?))
}

/// A page of the list of bounties. Phases are those at the time of the last block, or at the server's time where that
/// is later.
#[utoipa::path(get, path = "/api/bounties", tag = "bounties", params(BountyQuery), responses(
    (status = 200, body = BountyList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
async fn list(State(app): State<App>, Query(query): Query<BountyQuery>) -> Result<Json<BountyList>, ApiError> {
    rows::list(&app.db, &query).await.map(Json)
}

/// One bounty: the folded state and the events it was folded from.
#[utoipa::path(get, path = "/api/bounties/{id}", tag = "bounties",
    params(("id" = u64, Path, description = "Number of the bounty, from 1.")),
    responses(
        (status = 200, body = BountyDetail),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn detail(State(app): State<App>, Number(id): Number) -> Result<Json<BountyDetail>, ApiError> {
    rows::detail(&app.db, id).await.map(Json)
}

/// What an account has done with bounties: how reliably it revealed the ground truths of its own, and what came of its
/// submissions. Zeros for whoever has no part in any.
#[utoipa::path(get, path = "/api/accounts/{address}/bounties", tag = "bounties",
    params(("address" = String, Path, description = "The account.")),
    responses(
        (status = 200, body = AccountBounties),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn account(State(app): State<App>, Account(account): Account) -> Result<Json<AccountBounties>, ApiError> {
    records::of(&app.db, account).await.map(Json)
}
