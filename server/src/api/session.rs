//! Sign-in.

use axum::{Json, extract::State, http::StatusCode};
use protocol::api::{Nonce, Problem, Session, SignInRequest};

use super::extract::Json as Body;
use crate::{
    app::App,
    problem::ApiError,
    session::{self, SignedIn},
};

/// A nonce for one sign-in, and the time to write into its message.
#[utoipa::path(get, path = "/api/session/nonce", tag = "session", responses(
    (status = 200, body = Nonce),
    (status = 429, body = Problem, content_type = "application/problem+json"),
))]
pub async fn nonce(State(app): State<App>) -> Json<Nonce> {
    Json(app.nonces.issue())
}

/// Signs in with a signed EIP-4361 message. The token goes into `Authorization: Bearer …`.
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = SignInRequest, responses(
    (status = 200, body = Session),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json"),
    (status = 429, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn begin(State(app): State<App>, Body(request): Body<SignInRequest>) -> Result<Json<Session>, ApiError> {
    let address = session::sign_in(&app.db, &app.nonces, &app.origins, app.deployment.chain_id, &request).await?;
    Ok(Json(session::begin(&app.db, address, app.limits.session_hours * 3_600).await?))
}

/// Ends the session.
#[utoipa::path(delete, path = "/api/session", tag = "session", security(("session" = [])), responses(
    (status = 204),
    (status = 401, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn end(State(app): State<App>, session: SignedIn) -> Result<StatusCode, ApiError> {
    session::end(&app.db, &session).await?;
    Ok(StatusCode::NO_CONTENT)
}
