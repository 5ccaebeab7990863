//! Models as files.

use axum::{Json, extract::State};
use protocol::api::Problem;
use trained::api::{TrainedList, TrainedQuery};

use super::extract::Query;
use crate::{app::App, problem::ApiError, views};

/// A page of the list of trained models, the newest first: winners of settled bounties, and models that somebody
/// published and has not withdrawn. What is behind a CID need not be stored here.
#[utoipa::path(get, path = "/api/trained-models", tag = "trained models", params(TrainedQuery), responses(
    (status = 200, body = TrainedList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(app): State<App>, Query(query): Query<TrainedQuery>) -> Result<Json<TrainedList>, ApiError> {
    views::trained::list(&app.db, &query).await.map(Json)
}
