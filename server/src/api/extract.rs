//! Extractors whose refusals are problem documents.

use std::net::IpAddr;

use axum::{
    Json as AxumJson,
    extract::{
        FromRequest, FromRequestParts, Path as AxumPath, Query as AxumQuery, Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{StatusCode, request::Parts},
};
use protocol::{Address, Digest, address::AddressError, cid::Cid, digest::DigestError};
use serde::de::DeserializeOwned;

use crate::{app::App, limits, problem::ApiError};

/// Bytes of a JSON body.
pub const MAX_JSON: usize = 64 << 10;

/// A JSON body.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let declared = request.headers().get("content-length").and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
        if declared.is_some_and(|bytes| bytes > MAX_JSON as u64) {
            return Err(ApiError::TooLarge { limit: MAX_JSON as u64 });
        }
        match AxumJson::from_request(request, app).await {
            Ok(AxumJson(value)) => Ok(Self(value)),
            Err(rejection) => Err(refuse(&rejection)),
        }
    }
}

fn refuse(rejection: &JsonRejection) -> ApiError {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return ApiError::TooLarge { limit: MAX_JSON as u64 };
    }
    ApiError::BadRequest(format!("The body is not the JSON that is expected here. {}.", rejection.body_text()))
}

/// The query of the address.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let refuse = |r: QueryRejection| ApiError::BadRequest(format!("The query cannot be read. {}.", r.body_text()));
        AxumQuery::from_request_parts(parts, app).await.map(|AxumQuery(value)| Self(value)).map_err(refuse)
    }
}

/// Where a client comes from.
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<App> for ClientAddress {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        Ok(Self(limits::client(&parts.headers, &parts.extensions, app.client_header.as_ref())))
    }
}

/// A number in the address.
pub struct Number(pub u64);

impl FromRequestParts<App> for Number {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let AxumPath(text) = path::<String>(parts, app).await?;
        let number = text.parse().ok().filter(|id| *id <= i64::MAX as u64);
        number.map(Self).ok_or_else(|| ApiError::BadRequest(format!("{text:?} is not a number that counts from 1.")))
    }
}

/// A CID in the address.
pub struct CidPath(pub Cid);

impl FromRequestParts<App> for CidPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let AxumPath(text) = path::<String>(parts, app).await?;
        text.parse().map(Self).map_err(|error: protocol::cid::CidError| ApiError::BadCid(error.to_string()))
    }
}

/// An account in the address.
pub struct Account(pub Address);

impl FromRequestParts<App> for Account {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let AxumPath(text) = path::<String>(parts, app).await?;
        let refused = |error| ApiError::BadRequest(format!("{text:?} is not an account. {error}"));
        text.parse().map(Self).map_err(|error: AddressError| refused(error))
    }
}

/// The address of a model in the address of the page.
pub struct ModelPath(pub Address);

impl FromRequestParts<App> for ModelPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let AxumPath(text) = path::<String>(parts, app).await?;
        model(&text).map(Self)
    }
}

/// A model, and the key of one of its contributions.
pub struct OriginalPath {
    pub model: Address,
    pub key: Digest,
}

impl FromRequestParts<App> for OriginalPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let AxumPath((address, key)) = path::<(String, String)>(parts, app).await?;
        let refused = |error| ApiError::BadRequest(format!("{key:?} is not the key of a contribution. {error}"));
        Ok(Self { model: model(&address)?, key: key.parse().map_err(|error: DigestError| refused(error))? })
    }
}

fn model(text: &str) -> Result<Address, ApiError> {
    let refused = |error| ApiError::BadRequest(format!("{text:?} is not the address of a model. {error}"));
    text.parse().map_err(|error: AddressError| refused(error))
}

async fn path<T: DeserializeOwned + Send>(parts: &mut Parts, app: &App) -> Result<AxumPath<T>, ApiError> {
    let refuse = |r: PathRejection| ApiError::BadRequest(format!("The address cannot be read. {}.", r.body_text()));
    AxumPath::from_request_parts(parts, app).await.map_err(refuse)
}
