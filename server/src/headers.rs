//! Headers that every answer carries.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};

/// What a page from here may do: run its own scripts and WebAssembly, talk to any node or gateway the person chooses,
/// and nothing else.
pub const PAGE_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data: blob:; connect-src 'self' http: https: ws: wss:; worker-src 'self' blob:; \
     object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Middleware: the headers of every answer that does not bring its own.
pub async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    or_insert(headers, header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    or_insert(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    or_insert(headers, header::REFERRER_POLICY, "no-referrer");
    or_insert(headers, COOP, "same-origin");
    response
}

/// Middleware: whoever reads may read from any page, so that others can check what this server says. Writing stays
/// with pages of this origin: a preflight gets no permission.
pub async fn open_to_readers(request: Request, next: Next) -> Response {
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = next.run(request).await;
    if reading {
        let headers = response.headers_mut();
        or_insert(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        or_insert(
            headers,
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            "Accept-Ranges, Content-Length, Content-Range, ETag, X-Content-Type-Options, X-Ipfs-Path",
        );
        or_insert(headers, CORP, "cross-origin");
    }
    response
}

fn or_insert(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
