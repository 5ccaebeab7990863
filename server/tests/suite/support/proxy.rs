//! A node that misbehaves: stands before Anvil and spoils what passes.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::Result;
use axum::{Router, body::Bytes, extract::State, http::StatusCode, response::IntoResponse, routing::post};
use protocol::Digest;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// What is wrong with the node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mischief {
    None,
    /// Never answers.
    Silent,
    /// Answers after a while.
    Slow(Duration),
    /// Says it is another chain.
    Chain(u64),
    /// Answers with HTTP 500 and text.
    Down,
    /// Answers with something that is not JSON.
    Garbage,
    /// Leaves all logs out of ranges, as a node that lags behind its own blocks.
    WithoutLogs,
    /// Leaves the creation of bounties out, wherever it is asked.
    WithoutCreation,
    /// Gives each log twice.
    Doubled,
    /// Gives no block times with logs, as older nodes.
    WithoutTimes,
    /// Adds logs of another contract.
    Foreign,
    /// Leaves the events with this topic out of ranges of more than one block, and has no bloom filters.
    Hiding(Digest),
    /// Refuses ranges of more than this many blocks.
    Narrow(u64),
    /// Refuses every request, and tells whose key was used and where.
    Telling,
    /// Gives events whose data cannot be read.
    Unreadable,
}

/// A key in the node's address.
pub const KEY: &str = "s3cr3t0fth30p3rat0r";
/// What the node says where it refuses.
pub const WORDS: &str = "jane@example.org is not welcome here";

/// The proxy, ended when dropped.
pub struct Proxy {
    pub url: String,
    mischief: Arc<Mutex<Mischief>>,
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Node {
    upstream: String,
    client: reqwest::Client,
    mischief: Arc<Mutex<Mischief>>,
}

impl Proxy {
    pub async fn before(upstream: &str, mischief: Mischief) -> Result<Self> {
        let mischief = Arc::new(Mutex::new(mischief));
        let client = reqwest::Client::builder().no_proxy().build()?;
        let node = Node { upstream: upstream.to_owned(), client, mischief: mischief.clone() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = Router::new().route("/", post(pass)).route("/v3/{key}", post(pass)).with_state(node);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Ok(Self { url, mischief, task })
    }

    pub fn now(&self, mischief: Mischief) {
        *self.mischief.lock().unwrap() = mischief;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(State(node): State<Node>, body: Bytes) -> impl IntoResponse {
    let mischief = *node.mischief.lock().unwrap();
    match mischief {
        Mischief::Silent => std::future::pending().await,
        Mischief::Slow(pause) => tokio::time::sleep(pause).await,
        Mischief::Down => return (StatusCode::INTERNAL_SERVER_ERROR, format!("the node is on fire: {WORDS} ({KEY})")),
        Mischief::Garbage => return (StatusCode::OK, format!("<html>not a node, {WORDS} ({KEY})</html>\u{0}")),
        _ => {}
    }
    let request: Value = serde_json::from_slice(&body).unwrap();
    let answer = match &request {
        Value::Array(messages) => {
            let mut answers = Vec::new();
            for message in messages {
                answers.push(answer(&node, mischief, message).await);
            }
            answers.into_iter().collect::<Option<Value>>()
        }
        message => answer(&node, mischief, message).await,
    };
    match answer {
        Some(answer) => (StatusCode::OK, answer.to_string()),
        None => (StatusCode::BAD_GATEWAY, "the node is gone".to_owned()),
    }
}

/// Answers one question; `None` where the node behind is gone.
async fn answer(node: &Node, mischief: Mischief, request: &Value) -> Option<Value> {
    let method = request["method"].as_str().unwrap_or_default().to_owned();
    match mischief {
        Mischief::Telling => {
            let message = format!("{WORDS}: http://127.0.0.1/v3/{KEY}");
            let error = json!({"code": -32000, "message": message, "data": message});
            return Some(json!({"jsonrpc": "2.0", "id": request["id"], "error": error}));
        }
        Mischief::Chain(id) if method == "eth_chainId" => {
            return Some(json!({"jsonrpc": "2.0", "id": request["id"], "result": format!("{id:#x}")}));
        }
        Mischief::Narrow(most) if method == "eth_getLogs" => {
            let filter = &request["params"][0];
            let number = |key: &str| {
                let text = filter[key].as_str().unwrap_or("0x0");
                u64::from_str_radix(text.trim_start_matches("0x"), 16).unwrap()
            };
            if number("toBlock") + 1 - number("fromBlock") > most {
                let error = json!({"code": -32005, "message": "query returned more than 10000 results"});
                return Some(json!({"jsonrpc": "2.0", "id": request["id"], "error": error}));
            }
        }
        _ => {}
    }
    let sent = node.client.post(&node.upstream).json(request).send().await.ok()?;
    let mut body: Value = serde_json::from_str(&sent.text().await.ok()?).ok()?;
    if matches!(mischief, Mischief::Hiding(_)) && method == "eth_getBlockByNumber" && body["result"].is_object() {
        body["result"]["logsBloom"] = json!(format!("0x{}", "00".repeat(256)));
    }
    if method != "eth_getLogs" {
        return Some(body);
    }
    let filter = &request["params"][0];
    let is_wide = filter.get("blockHash").is_none() && filter["fromBlock"] != filter["toBlock"];
    let by_range = request["params"][0].get("blockHash").is_none();
    if let Some(logs) = body["result"].as_array_mut() {
        match mischief {
            Mischief::WithoutLogs if by_range => logs.clear(),
            Mischief::Hiding(_) if !is_wide => {}
            Mischief::Hiding(hidden) => logs.retain(|log| log["topics"][0] != hidden.to_string().as_str()),
            Mischief::WithoutCreation => {
                let created = bounty::logs::created_topic().to_string();
                logs.retain(|log| log["topics"][0] != created.as_str());
            }
            Mischief::Doubled => {
                let again = logs.clone();
                logs.extend(again);
            }
            Mischief::WithoutTimes => {
                for log in logs {
                    log.as_object_mut().unwrap().remove("blockTimestamp");
                }
            }
            Mischief::Unreadable => {
                for log in logs {
                    log["data"] = json!(format!("0x{}", hex::encode(WORDS)));
                }
            }
            Mischief::Foreign => {
                if let Some(mut log) = logs.first().cloned() {
                    log["address"] = json!("0x00000000000000000000000000000000000000aa");
                    logs.push(log);
                }
            }
            _ => {}
        }
    }
    Some(body)
}
