//! Routes. A handler reads the request, calls the module that does the work, and shapes the answer.

mod content;
pub mod extract;
mod gateway;
mod health;
mod index;
mod live;
mod openapi;
mod relay;
mod session;

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, OriginalUri, Request},
    http::Method,
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
    routing::{any, get, post, put},
};
use tower_http::{compression::CompressionLayer, trace::TraceLayer};

pub use openapi::document;

use crate::{app::App, drain::drain, headers, metrics, pages, problem::ApiError};

/// How long an answer from the database may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The whole service.
pub fn router(app: App) -> Router {
    // Short answers: limited in time, compressed.
    let of_families = app.families.iter().fold(Router::new(), |routes, family| routes.merge(family.routes()));
    let short = Router::new()
        .route("/api/status", get(index::status))
        .route("/api/deployment", get(index::deployment))
        .route("/api/logs", get(index::logs))
        .route("/api/openapi.json", get(openapi::json))
        .merge(of_families)
        .layer(DefaultBodyLimit::max(extract::MAX_JSON))
        .layer(from_fn(in_time))
        .layer(CompressionLayer::new());
    let sign_in = Router::new()
        .route("/api/session/nonce", get(session::nonce))
        .route("/api/session", post(session::begin).delete(session::end))
        .layer(DefaultBodyLimit::max(extract::MAX_JSON))
        .layer(app.sign_ins.layer())
        .layer(from_fn(in_time));
    // Long ones: as long as bytes flow.
    let long = Router::new()
        .route("/api/live", get(live::live))
        .route("/api/relay/{task}/{attempt}", get(relay::enter))
        .route("/api/relay/jobs/{job}/{provider}", get(relay::enter_job))
        .route("/api/content/{cid}", put(content::store))
        .route("/ipfs/{cid}", get(gateway::give));
    let limited = short
        .merge(sign_in)
        .merge(long)
        .route("/api", any(no_route))
        .route("/api/{*rest}", any(no_route))
        .route("/ipfs", any(no_route))
        .route("/ipfs/{cid}/{*rest}", any(no_route))
        .layer(app.requests.layer())
        .layer(from_fn(headers::open_to_readers));
    let pages = Router::new()
        .route("/deployment.json", get(index::deployment))
        .fallback(pages::page)
        .layer(CompressionLayer::new());
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/metrics", get(health::metrics))
        .merge(limited)
        .merge(pages)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(app.clone(), metrics::count))
        .layer(from_fn(headers::secure))
        .layer(from_fn(no_huge_addresses))
        .layer(from_fn(drain))
        .layer(TraceLayer::new_for_http())
        .with_state(app)
}

async fn no_route(OriginalUri(uri): OriginalUri) -> ApiError {
    ApiError::NoRoute(uri.path().to_string())
}

async fn method_not_allowed(method: Method) -> ApiError {
    ApiError::MethodNotAllowed(method.to_string())
}

async fn in_time(request: Request, next: Next) -> Result<Response, ApiError> {
    tokio::time::timeout(PATIENCE, next.run(request)).await.map_err(|_| ApiError::Timeout)
}

/// Addresses are echoed in problems; nobody needs long ones.
async fn no_huge_addresses(request: Request, next: Next) -> Result<Response, ApiError> {
    const LONGEST: usize = 4_096;
    if request.uri().to_string().len() > LONGEST {
        return Err(ApiError::BadRequest(format!("The address is longer than {LONGEST} characters.")));
    }
    Ok(next.run(request).await)
}
