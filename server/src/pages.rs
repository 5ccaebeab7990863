//! The built page: files of `dist/`, and `index.html` for every deep link.

use std::path::{Path, PathBuf};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use tower::ServiceExt;
use tower_http::services::{ServeDir, ServeFile};

use crate::{app::App, problem::ApiError};

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Kept, but asked for again each time.
const REVALIDATED: &str = "no-cache";
/// Hexadecimal digits in a row that the bundler puts into names; dates and versions are shorter.
const HASH: usize = 12;

/// Everything that is not the API.
///
/// # Errors
/// [`ApiError::NoRoute`] for a file that is not there.
pub async fn page(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    let path = request.uri().path().to_string();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(ApiError::MethodNotAllowed(request.method().to_string()));
    }
    let Some(dist) = &app.dist else {
        return Err(ApiError::NoRoute(format!("{path} (this server was started without --dist, so it has no page)")));
    };
    let name = path.rsplit('/').next().unwrap_or_default().to_string();
    if path == "/" || (!name.contains('.') && accepts_html(request.headers())) {
        return index(dist, request).await;
    }
    let files = ServeDir::new(dist).append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
    let response = served(files.oneshot(request).await);
    if response.status() == StatusCode::NOT_FOUND {
        return Err(ApiError::NoRoute(path));
    }
    let caching = if is_hashed(&name) { IMMUTABLE } else { REVALIDATED };
    Ok(cached(response, caching))
}

async fn index(dist: &Path, request: Request) -> Result<Response, ApiError> {
    let file: PathBuf = dist.join("index.html");
    let serve = ServeFile::new(&file).precompressed_br().precompressed_gzip();
    let response = served(serve.oneshot(request).await);
    if response.status() == StatusCode::NOT_FOUND {
        return Err(ApiError::NoRoute("page yet (build it first: `cargo xtask start` does)".into()));
    }
    Ok(cached(response, REVALIDATED))
}

fn served<B>(result: Result<axum::http::Response<B>, std::convert::Infallible>) -> Response
where
    B: axum::body::HttpBody<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    match result {
        Ok(response) => response.map(Body::new).into_response(),
        Err(never) => match never {},
    }
}

fn cached(mut response: Response, value: &'static str) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    response
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT).iter().any(|value| value.to_str().is_ok_and(|value| value.contains("text/html")))
}

fn is_hashed(name: &str) -> bool {
    name.split(['-', '_', '.']).any(|part| part.len() >= HASH && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn only_hashed_names_are_immutable() {
        for hashed in ["app-1f2e3d4c5b6a7980.js", "app-1f2e3d4c5b6a7980_bg.wasm"] {
            assert!(is_hashed(hashed), "{hashed}");
        }
        for plain in ["index.html", "digits.csv", "data-20261122.csv", "icons.svg"] {
            assert!(!is_hashed(plain), "{plain}");
        }
    }
}
