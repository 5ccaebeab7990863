//! JSON-RPC over `fetch`, with a time limit.

use std::time::Duration;

use futures::{FutureExt, future::Either, pin_mut};
use gloo_net::http::Request;
use gloo_timers::future::sleep;
use serde_json::{Value, json};

/// Longest wait for an answer.
const LIMIT: Duration = Duration::from_secs(15);

/// A node that answers JSON-RPC at a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rpc {
    pub url: String,
}

/// Why a node gave no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RpcError {
    #[error("The chain node at {url} cannot be reached. Check your connection, or choose another node in Settings.")]
    Unreachable { url: String },
    #[error("The chain node at {url} did not answer within 15 seconds. Try again, or choose another node in Settings.")]
    Timeout { url: String },
    #[error("{url} does not answer like a chain node ({what}). Choose another node in Settings.")]
    NotANode { url: String, what: String },
    /// The node understood and refused. `data` may carry a revert reason.
    #[error("The chain node refused: {message}")]
    Refused { code: i64, message: String, data: Option<String> },
}

impl Rpc {
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }

    /// One call.
    ///
    /// # Errors
    /// [`RpcError`]; nothing is retried here.
    pub async fn request(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        let answer = self.post(method, params).fuse();
        let limit = sleep(LIMIT).fuse();
        pin_mut!(answer, limit);
        match futures::future::select(answer, limit).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(RpcError::Timeout { url: self.url.clone() }),
        }
    }

    async fn post(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        let unreachable = || RpcError::Unreachable { url: self.url.clone() };
        let not_a_node = |what: String| RpcError::NotANode { url: self.url.clone(), what };
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
        let request = Request::post(&self.url)
            .header("content-type", "application/json")
            .body(body)
            .map_err(|_| unreachable())?;
        let response = request.send().await.map_err(|_| unreachable())?;
        let text = response.text().await.map_err(|_| unreachable())?;
        let mut answer: Value =
            serde_json::from_str(&text).map_err(|_| not_a_node(format!("status {}, no JSON", response.status())))?;
        if let Some(error) = answer.get("error").filter(|e| !e.is_null()) {
            return Err(refusal(error));
        }
        answer.get_mut("result").map(Value::take).ok_or_else(|| not_a_node("neither result nor error".into()))
    }
}

/// Reads the error object of a node or a wallet. Nodes put revert data in `data`, some one level deeper.
pub fn refusal(error: &Value) -> RpcError {
    let data = &error["data"];
    let data = [data, &data["data"], &data["originalError"]["data"]].into_iter().find_map(Value::as_str);
    RpcError::Refused {
        code: error["code"].as_i64().unwrap_or(0),
        message: error["message"].as_str().unwrap_or("no reason given").to_owned(),
        data: data.map(str::to_owned),
    }
}
