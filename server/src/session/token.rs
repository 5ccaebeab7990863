//! Bearer tokens. The database holds only their SHA-256, so that a copy of it lets nobody in.

use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
};
use protocol::{Address, Digest, api::Session};
use sqlx::Row;

use crate::{
    app::App,
    clock,
    db::{Db, to_db},
    problem::ApiError,
};

/// Begins a session of `lifetime` seconds.
///
/// # Errors
/// Whatever the database says.
pub async fn begin(db: &Db, address: Address, lifetime: u64) -> Result<Session, sqlx::Error> {
    let token = hex::encode(rand::random::<[u8; 32]>());
    let expires_at = clock::now() + lifetime;
    sqlx::query("INSERT INTO sessions (token_hash, address, expires_at) VALUES ($1, $2, $3)")
        .bind(hashed(&token))
        .bind(address.to_string())
        .bind(to_db(expires_at))
        .execute(&db.pool)
        .await?;
    Ok(Session { token, address, expires_at })
}

/// Ends a session.
///
/// # Errors
/// Whatever the database says.
pub async fn end(db: &Db, session: &SignedIn) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1")
        .bind(session.token_hash.as_str())
        .execute(&db.pool)
        .await
        .map(|_| ())
}

/// Removes what has expired.
///
/// # Errors
/// Whatever the database says.
pub async fn sweep(db: &Db) -> Result<(), sqlx::Error> {
    for table in ["sessions", "used_nonces"] {
        sqlx::query(&format!("DELETE FROM {table} WHERE expires_at <= $1"))
            .bind(to_db(clock::now()))
            .execute(&db.pool)
            .await?;
    }
    Ok(())
}

fn hashed(token: &str) -> String {
    Digest::of(token.as_bytes()).to_string()
}

/// Who sent the request, by a session that has not expired.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub address: Address,
    token_hash: String,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).ok_or(ApiError::SignInNeeded)?;
        Self::by_token(app, token).await
    }
}

impl SignedIn {
    /// Whose session this is the token of.
    ///
    /// # Errors
    /// [`ApiError::SignInNeeded`] where it has ended or never was.
    pub async fn by_token(app: &App, token: &str) -> Result<Self, ApiError> {
        let token_hash = hashed(token.trim());
        let row = sqlx::query("SELECT address FROM sessions WHERE token_hash = $1 AND expires_at > $2")
            .bind(token_hash.as_str())
            .bind(to_db(clock::now()))
            .fetch_optional(&app.db.pool)
            .await?;
        let address: String = row.ok_or(ApiError::SignInNeeded)?.try_get(0)?;
        let address = address.parse().map_err(ApiError::inside)?;
        Ok(Self { address, token_hash })
    }
}
