//! Routes of shared models.

use ::shared_model::api::{
    AccountModels, AccuracyHistory, AccuracyQuery, ContributionList, ContributionQuery, ContributionSort, ModelDetail,
    ModelList, ModelQuery, ModelSort, OriginalRequest,
};
use axum::{
    Json, Router,
    extract::State,
    routing::{get, put},
};
use protocol::api::Problem;
use utoipa::OpenApi;

use super::{account as parts, accuracy as counted, contributions as taught, list as rows, log_routes, originals};
use crate::{
    api::extract::{Account, Json as Body, ModelPath, OriginalPath, Query},
    app::App,
    problem::ApiError,
    session::SignedIn,
};

#[derive(OpenApi)]
#[openapi(
    paths(list, detail, contributions, accuracy, tell_original, account),
    components(schemas(ModelSort, ContributionSort)),
    tags((name = "models", description = "Models on chain that everybody can teach."))
)]
struct Description;

pub(super) fn description() -> utoipa::openapi::OpenApi {
    Description::openapi().merge_from(log_routes::description())
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/models", get(list))
        .route("/api/models/{address}", get(detail))
        .route("/api/models/{address}/contributions", get(contributions))
        .route("/api/models/{address}/accuracy", get(accuracy))
        .route("/api/models/{address}/originals/{key}", put(tell_original))
        .route("/api/accounts/{address}/models", get(account))
        .merge(log_routes::routes())
}

/// A page of the list of shared models.
#[utoipa::path(get, path = "/api/models", tag = "models", params(ModelQuery), responses(
    (status = 200, body = ModelList),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
async fn list(State(app): State<App>, Query(query): Query<ModelQuery>) -> Result<Json<ModelList>, ApiError> {
    rows::list(&app.db, &query).await.map(Json)
}

/// One model: shape, terms, classes and leaderboard.
#[utoipa::path(get, path = "/api/models/{address}", tag = "models",
    params(("address" = String, Path, description = "The model's address.")),
    responses(
        (status = 200, body = ModelDetail),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn detail(State(app): State<App>, ModelPath(model): ModelPath) -> Result<Json<ModelDetail>, ApiError> {
    rows::detail(&app.db, model).await.map(Json)
}

/// A page of what a model was taught.
#[utoipa::path(get, path = "/api/models/{address}/contributions", tag = "models",
    params(("address" = String, Path, description = "The model's address."), ContributionQuery),
    responses(
        (status = 200, body = ContributionList),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn contributions(
    State(app): State<App>,
    ModelPath(model): ModelPath,
    Query(query): Query<ContributionQuery>,
) -> Result<Json<ContributionList>, ApiError> {
    taught::list(&app.db, model, &query).await.map(Json)
}

/// How accurate a model was on its committed test set, after each event that changed it: entries of the accuracy log.
/// Those of blocks that are not on the chain any more are among them, marked.
#[utoipa::path(get, path = "/api/models/{address}/accuracy", tag = "models",
    params(("address" = String, Path, description = "The model's address."), AccuracyQuery),
    responses(
        (status = 200, body = AccuracyHistory),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn accuracy(
    State(app): State<App>,
    ModelPath(model): ModelPath,
    Query(query): Query<AccuracyQuery>,
) -> Result<Json<AccuracyHistory>, ApiError> {
    counted::history(&app.db, model, &query).await.map(Json)
}

/// Says what a contribution was before it was encoded: the CID of a file that is stored here already. By the
/// contributor, who may say something else later. Nothing is checked but who says it: whoever shows the file encodes it
/// again.
#[utoipa::path(put, path = "/api/models/{address}/originals/{key}", tag = "models", security(("session" = [])),
    params(
        ("address" = String, Path, description = "The model's address."),
        ("key" = String, Path, description = "Key of the contribution."),
    ),
    request_body = OriginalRequest,
    responses(
        (status = 200, body = OriginalRequest),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn tell_original(
    State(app): State<App>,
    session: SignedIn,
    OriginalPath { model, key }: OriginalPath,
    Body(request): Body<OriginalRequest>,
) -> Result<Json<OriginalRequest>, ApiError> {
    app.uploads.take(&session.address)?;
    let cid = request.cid.parse().map_err(|error: protocol::cid::CidError| ApiError::BadCid(error.to_string()))?;
    let contributor = taught::contributor(&app.db, model, key).await?;
    if contributor != session.address {
        return Err(ApiError::NotContributor { contributor });
    }
    originals::tell(&app.db, &*app.store, model, key, &cid).await?;
    Ok(Json(OriginalRequest { cid: cid.to_string() }))
}

/// The shared models that an account created or taught, with its contributions and points in each.
#[utoipa::path(get, path = "/api/accounts/{address}/models", tag = "models",
    params(("address" = String, Path, description = "The account.")),
    responses(
        (status = 200, body = AccountModels),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
async fn account(State(app): State<App>, Account(account): Account) -> Result<Json<AccountModels>, ApiError> {
    parts::of(&app.db, account).await.map(Json)
}
