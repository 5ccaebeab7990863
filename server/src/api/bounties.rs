//! Bounties.

use axum::{Json, extract::State};
use bounty::api::{BountyDetail, BountyList, BountyQuery};
use protocol::api::Problem;

use super::extract::{Number, Query};
use crate::{app::App, problem::ApiError, views};

/// A page of the list of bounties. Phases are those at the time of the last block, or at the server's time where that
/// is later.
#[utoipa::path(get, path = "/api/bounties", tag = "bounties", params(BountyQuery), responses(
    (status = 200, body = BountyList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(app): State<App>, Query(query): Query<BountyQuery>) -> Result<Json<BountyList>, ApiError> {
    views::bounties::list(&app.db, &query).await.map(Json)
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
pub async fn detail(State(app): State<App>, Number(id): Number) -> Result<Json<BountyDetail>, ApiError> {
    views::bounties::detail(&app.db, id).await.map(Json)
}
