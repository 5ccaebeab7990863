//! A node that plays a recorded chain: what it answers is in `fixtures/chain.json`.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use anyhow::{Context, Result};
use axum::{Json, Router, extract::State, routing::post};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// The chain that the last version of the server indexed, and some blocks more.
#[derive(Debug, Deserialize)]
pub struct Recorded {
    pub deployment: Value,
    /// The block at which the database of the last version stands.
    pub indexed_until: u64,
    /// Hash and time of each block, from 0.
    pub blocks: Vec<(String, String)>,
    pub logs: Vec<Value>,
}

impl Recorded {
    pub fn read() -> Result<Self> {
        Ok(serde_json::from_str(include_str!("../../fixtures/chain.json"))?)
    }

    pub fn last(&self) -> u64 {
        self.blocks.len() as u64 - 1
    }
}

/// The node, ended when dropped.
pub struct RecordedNode {
    pub url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    chain: Recorded,
    head: AtomicU64,
    /// First blocks of the ranges that logs were asked for in.
    asked: Mutex<Vec<u64>>,
}

impl RecordedNode {
    /// With a chain that ends at this block for now.
    pub async fn start(head: u64) -> Result<Self> {
        let asked = Mutex::default();
        let shared = Arc::new(Shared { chain: Recorded::read()?, head: AtomicU64::new(head), asked });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = Router::new().route("/", post(answer)).with_state(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Ok(Self { url, shared, task })
    }

    /// The chain grows up to this block.
    pub fn grow(&self, head: u64) {
        self.shared.head.store(head, Ordering::SeqCst);
    }

    /// First blocks of the ranges that logs were asked for in, so far.
    pub fn asked(&self) -> Vec<u64> {
        self.shared.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for RecordedNode {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, Json(request): Json<Value>) -> Json<Value> {
    let one = |request: &Value| match shared.result(request) {
        Ok(result) => json!({"jsonrpc": "2.0", "id": request["id"], "result": result}),
        Err(error) => {
            let error = json!({"code": -32601, "message": error.to_string()});
            json!({"jsonrpc": "2.0", "id": request["id"], "error": error})
        }
    };
    Json(match &request {
        Value::Array(requests) => requests.iter().map(one).collect(),
        request => one(request),
    })
}

impl Shared {
    fn result(&self, request: &Value) -> Result<Value> {
        let head = self.head.load(Ordering::SeqCst);
        let parameter = &request["params"][0];
        Ok(match request["method"].as_str().context("a method")? {
            "eth_chainId" => json!("0x7a69"),
            "eth_blockNumber" => json!(format!("{head:#x}")),
            "eth_getBlockByNumber" => match parameter.as_str() {
                Some("latest") => self.block(head),
                text => match number(text)? {
                    number if number <= head => self.block(number),
                    _ => Value::Null,
                },
            },
            "eth_getLogs" => self.logs(parameter, head)?,
            other => anyhow::bail!("this node does not know {other}"),
        })
    }

    fn block(&self, number: u64) -> Value {
        let (hash, timestamp) = &self.chain.blocks[number as usize];
        let zero = format!("0x{}", "0".repeat(64));
        let parent = number.checked_sub(1).map_or(&zero, |parent| &self.chain.blocks[parent as usize].0);
        json!({"number": format!("{number:#x}"), "hash": hash, "parentHash": parent, "timestamp": timestamp})
    }

    fn logs(&self, filter: &Value, head: u64) -> Result<Value> {
        let block_hash = filter["blockHash"].as_str();
        let (from, to) = match block_hash {
            Some(_) => (0, head),
            None => (number(filter["fromBlock"].as_str())?, number(filter["toBlock"].as_str())?.min(head)),
        };
        let addresses: Vec<String> = match &filter["address"] {
            Value::Array(addresses) => addresses.iter().filter_map(|a| Some(a.as_str()?.to_lowercase())).collect(),
            one => one.as_str().map(str::to_lowercase).into_iter().collect(),
        };
        let mut found = Vec::new();
        for log in &self.chain.logs {
            let block = number(log["blockNumber"].as_str())?;
            let (hash, timestamp) = &self.chain.blocks[block as usize];
            let wanted = (from..=to).contains(&block) && block_hash.is_none_or(|wanted| wanted == hash);
            let address = log["address"].as_str().context("an address")?.to_lowercase();
            if wanted && addresses.contains(&address) {
                let mut log = log.clone();
                log["blockHash"] = json!(hash);
                log["blockTimestamp"] = json!(timestamp);
                found.push(log);
            }
        }
        if block_hash.is_none() {
            self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(from);
        }
        Ok(found.into())
    }
}

fn number(text: Option<&str>) -> Result<u64> {
    let text = text.context("a number")?;
    Ok(u64::from_str_radix(text.trim_start_matches("0x"), 16)?)
}
