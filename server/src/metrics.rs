//! Counting requests for `/metrics`.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Mutex, PoisonError},
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};

use crate::app::App;

/// Requests by route, method and status. Routes are those of the router, so their number is bounded.
#[derive(Debug, Default)]
pub struct Requests(Mutex<BTreeMap<(String, &'static str, u16), u64>>);

impl Requests {
    fn count(&self, route: String, method: &Method, status: u16) {
        // Methods too: anybody can invent one.
        let method = match *method {
            Method::GET => "GET",
            Method::HEAD => "HEAD",
            Method::POST => "POST",
            Method::PUT => "PUT",
            Method::DELETE => "DELETE",
            _ => "other",
        };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((route, method, status)).or_default() += 1;
    }

    /// In the text format of Prometheus.
    pub fn write(&self, text: &mut String) {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for ((route, method, status), count) in &*counts {
            let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
            // Writing to a string cannot fail.
            let _ = writeln!(text, "modelmarket_http_requests_total{{{labels}}} {count}");
        }
    }
}

/// Middleware: counts what was answered.
pub async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("page", |path| path.as_str()).to_string();
    let method = request.method().clone();
    let response = next.run(request).await;
    app.counts.count(route, &method, response.status().as_u16());
    response
}
