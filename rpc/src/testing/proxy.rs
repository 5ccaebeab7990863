//! The strict node on a port of loopback, before a real one.

use std::io;

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use reqwest_of_ethers as reqwest;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use super::{Rules, Strict, Upstream};
use crate::{BoxFuture, native::Native};

/// A node that is asked over HTTP.
#[derive(Debug, Clone)]
pub struct Forwarded {
    url: String,
    client: reqwest::Client,
}

impl Forwarded {
    /// The node at this address.
    pub fn to(url: &str) -> Self {
        Self { url: url.to_owned(), client: reqwest::Client::new() }
    }

    async fn ask(&self, method: &str, params: &Value) -> Option<Value> {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
        let request = self.client.post(&self.url).header("content-type", "application/json").body(body);
        serde_json::from_slice(&request.send().await.ok()?.bytes().await.ok()?).ok()
    }
}

impl Upstream for Forwarded {
    fn answer<'a>(&'a self, method: &'a str, params: &'a Value) -> BoxFuture<'a, Value> {
        Box::pin(async move {
            let gone = || json!({"error": {"code": -32603, "message": "internal error: the node behind is gone"}});
            self.ask(method, params).await.unwrap_or_else(gone)
        })
    }
}

/// A strict node that listens until it is dropped. Each who asks has an address of its own: [`Self::url_for`].
pub struct Proxy {
    /// Its rules, and what it has seen.
    pub strict: Strict,
    url: String,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// Stands before the node at `upstream`, on a free port.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn before(upstream: &str, rules: Rules, seed: u64) -> io::Result<Self> {
        println!("strict node before the chain, seed {seed}, {rules:?}");
        let strict = Strict::before(Forwarded::to(upstream), Native::default(), rules, seed);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = Router::new().route("/{who}", post(answer).options(preflight)).with_state(strict.clone());
        let listening = tokio::spawn(async move {
            // Ends with the task only.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { strict, url, listening })
    }

    /// The address for one who asks, such as "page" or "server".
    pub fn url_for(&self, who: &str) -> String {
        format!("{}/{who}", self.url)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

fn cors() -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST, OPTIONS"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

async fn preflight() -> Response {
    (StatusCode::NO_CONTENT, cors()).into_response()
}

async fn answer(State(strict): State<Strict>, Path(who): Path<String>, body: Bytes) -> Response {
    let reply = strict.post_as(&who, &String::from_utf8_lossy(&body)).await;
    let mut headers = cors();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(after) = reply.retry_after.and_then(|after| HeaderValue::from_str(&after).ok()) {
        headers.insert(header::RETRY_AFTER, after);
    }
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    (status, headers, reply.body).into_response()
}
