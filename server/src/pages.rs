//! The built page: files of `dist/`, and `index.html` for every deep link, which says what the page is about.

mod about;
mod head;
mod place;
mod shell;
mod sitemap;

use std::{io::ErrorKind, path::Path};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use protocol::Digest;
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::{app::App, problem::ApiError};
use about::about;
use place::Place;
pub use shell::lists;

/// What the site is called.
const SITE: &str = "ModelMarket";
/// What is said of a page about which nothing else is known.
const DESCRIPTION: &str = "Bounties for machine-learning models, checked and paid by a contract.";
/// For programs that read sites: everything but the API.
const ROBOTS: &str = "User-agent: *\nDisallow: /api/\n";

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Kept, but asked for again each time.
const REVALIDATED: &str = "no-cache";
/// Not kept at all.
const UNKEPT: &str = "no-store";
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
    if path == "/robots.txt" {
        return Ok(cached(robots(&app).into_response(), REVALIDATED));
    }
    if path == "/sitemap.xml" {
        return Ok(cached(sitemap::sitemap(&app).await?, REVALIDATED));
    }
    let place = Place::at(&path, &app.families);
    let is_page = path == "/" || (!name.contains('.') && accepts_page(request.headers(), place.is_some()));
    if is_page {
        return index(&app, dist, place.as_ref(), &path, request.headers()).await;
    }
    let files = ServeDir::new(dist).append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
    let response = served(files.oneshot(request).await);
    if response.status() == StatusCode::NOT_FOUND {
        return Err(ApiError::NoRoute(path));
    }
    let caching = caching(response.status(), &name);
    Ok(cached(response, caching))
}

/// How long an answer about a file is kept: one that says that the file cannot be read now must not be kept for a year.
fn caching(status: StatusCode, name: &str) -> &'static str {
    match status {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED if is_hashed(name) => IMMUTABLE,
        StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED => REVALIDATED,
        _ => UNKEPT,
    }
}

fn robots(app: &App) -> String {
    let sitemap = app.public_origin.as_ref().map(|origin| format!("\nSitemap: {origin}/sitemap.xml\n"));
    format!("{ROBOTS}{}", sitemap.unwrap_or_default())
}

/// index.html as the page at a place; 404 where there is no such page, so that programs hear of it, too.
async fn index(
    app: &App,
    dist: &Path,
    place: Option<&Place>,
    path: &str,
    asked: &HeaderMap,
) -> Result<Response, ApiError> {
    let html = tokio::fs::read_to_string(dist.join("index.html")).await.map_err(|error| match error.kind() {
        ErrorKind::NotFound => ApiError::NoRoute("page yet (build it first: `cargo xtask start` does)".into()),
        _ => ApiError::inside(error),
    })?;
    let about = about(app, place).await;
    let url = app.public_origin.as_ref().map(|origin| format!("{origin}{path}"));
    let asks = place.filter(|_| !about.is_missing).map(Place::asks).unwrap_or_default();
    let page = head::with_head(&html, &about, url.as_deref(), &asks);
    let page = shell::with_shell(&page, app, place, &about).await;
    // Weak: it is compressed on the way.
    let tag = format!("W/\"{}\"", hex::encode(&Digest::of(page.as_bytes()).0[..16]));
    let has_it = asked.get_all(header::IF_NONE_MATCH).iter().any(|known| known.as_bytes() == tag.as_bytes());
    let mut response = match (about.is_missing, has_it) {
        (true, _) => (StatusCode::NOT_FOUND, Html(page)).into_response(),
        (false, true) => StatusCode::NOT_MODIFIED.into_response(),
        (false, false) => Html(page).into_response(),
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
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

/// Whether who asks wants a page. Browsers name HTML; programs that show links take anything, and get a page where there
/// is one.
fn accepts_page(headers: &HeaderMap, is_place: bool) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
    if accepted.peek().is_none() {
        return is_place;
    }
    accepted.any(|value| value.contains("text/html") || (is_place && value.trim_start().starts_with("*/*")))
}

fn is_hashed(name: &str) -> bool {
    name.split(['-', '_', '.']).any(|part| part.len() >= HASH && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::{caching, is_hashed};

    #[test]
    fn only_a_file_itself_is_kept() {
        let hashed = "app-1f2e3d4c5b6a7980.js";
        for status in [200, 206, 304] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(caching(status, hashed), "public, max-age=31536000, immutable");
            assert_eq!(caching(status, "icons.svg"), "no-cache");
        }
        for status in [400, 416, 500, 503] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(caching(status, hashed), "no-store");
            assert_eq!(caching(status, "icons.svg"), "no-store");
        }
    }

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
