//! The chain, as the indexer reads it. The only place that knows ethers, which is no longer developed.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use ethers_core::{
    types::{Bloom, Bytes, H160, H256, U64},
    utils::keccak256,
};
use ethers_providers::{Http, JsonRpcClient};
use futures::{StreamExt, TryStreamExt, stream};
use protocol::{Address, Digest};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Headers asked for at once.
const CONCURRENT: usize = 16;
/// Contracts whose logs are asked for at once; nodes accept long lists, but not any.
const ADDRESSES: usize = 500;

/// A block as far as the index needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub number: u64,
    pub hash: Digest,
    pub parent: Digest,
    /// Seconds since the epoch.
    pub at: u64,
    /// The block's bloom filter; `None` where the node does not tell.
    bloom: Option<Bloom>,
}

impl Header {
    /// Whether the block's bloom filter allows logs of one of these contracts: `false` is certain, `true` is not.
    pub fn may_have_logs_of(&self, addresses: &[Address]) -> bool {
        self.bloom.is_none_or(|bloom| addresses.iter().any(|address| may_contain(&bloom.0, address)))
    }
}

/// A log of one of the house's contracts, not yet decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLog {
    /// The contract that emitted it.
    pub address: Address,
    pub block: u64,
    pub block_hash: Digest,
    pub log_index: u64,
    pub tx: Digest,
    /// Time of the block; zero until [`Chain::logs`] has filled it in.
    pub at: u64,
    pub topics: Vec<Digest>,
    pub data: Vec<u8>,
}

/// Why the node did not answer as a node should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    #[error("The node's address {0:?} is not an http or https URL. Check --rpc.")]
    Url(String),
    #[error("The node did not answer {method} within {within:?}. It is asked again.")]
    Timeout { method: &'static str, within: Duration },
    #[error("The node refused {method}: {reason}. It is asked again.")]
    Rpc { method: &'static str, reason: String },
    #[error("The node's answer to {method} makes no sense: {reason}. It is asked again.")]
    Nonsense { method: &'static str, reason: String },
}

/// A node.
#[derive(Debug)]
pub struct Chain {
    http: Http,
    timeout: Duration,
    requests: AtomicU64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RpcBlock {
    number: Option<U64>,
    hash: Option<H256>,
    parent_hash: H256,
    timestamp: U64,
    #[serde(default)]
    logs_bloom: Option<Bloom>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RpcLog {
    address: H160,
    topics: Vec<H256>,
    data: Bytes,
    block_number: U64,
    block_hash: H256,
    transaction_hash: H256,
    log_index: U64,
    /// Newer nodes tell; older ones are asked for the block.
    #[serde(default)]
    block_timestamp: Option<U64>,
    #[serde(default)]
    removed: bool,
}

impl Chain {
    /// # Errors
    /// [`ChainError::Url`].
    pub fn new(url: &str, timeout: Duration) -> Result<Self, ChainError> {
        let wrong = || ChainError::Url(url.to_string());
        if !(url.starts_with("http://") || url.starts_with("https://")) {
            return Err(wrong());
        }
        let http: Http = url.parse().map_err(|_| wrong())?;
        Ok(Self { http, timeout, requests: AtomicU64::new(0) })
    }

    /// Requests made so far.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// # Errors
    /// [`ChainError`] when the node does not answer.
    pub async fn chain_id(&self) -> Result<u64, ChainError> {
        let id: U64 = self.ask("eth_chainId", json!([])).await?;
        Ok(id.as_u64())
    }

    /// The last block.
    ///
    /// # Errors
    /// [`ChainError`] when the node does not answer.
    pub async fn head(&self) -> Result<Header, ChainError> {
        self.block(json!("latest"))
            .await?
            .ok_or(ChainError::Nonsense { method: "eth_getBlockByNumber", reason: "there is no latest block".into() })
    }

    /// A block by its number; `None` where the chain is shorter.
    ///
    /// # Errors
    /// [`ChainError`] when the node does not answer.
    pub async fn header(&self, number: u64) -> Result<Option<Header>, ChainError> {
        let header = self.block(json!(format!("{number:#x}"))).await?;
        match header {
            Some(header) if header.number != number => Err(ChainError::Nonsense {
                method: "eth_getBlockByNumber",
                reason: format!("block {} instead of {number}", header.number),
            }),
            header => Ok(header),
        }
    }

    /// The logs of these contracts in a range of blocks, in order, each once, with the times of their blocks.
    ///
    /// # Errors
    /// [`ChainError`] when the node does not answer, or answers with logs that were not asked for.
    pub async fn logs(&self, addresses: &[Address], from: u64, to: u64) -> Result<Vec<RawLog>, ChainError> {
        let range = json!({"fromBlock": format!("{from:#x}"), "toBlock": format!("{to:#x}")});
        let logs = self.logs_where(addresses, range).await?;
        if let Some(stray) = logs.iter().find(|log| log.block < from || log.block > to) {
            let reason = format!("a log of block {} where {from} to {to} were asked for", stray.block);
            return Err(ChainError::Nonsense { method: "eth_getLogs", reason });
        }
        self.with_times(logs).await
    }

    /// The logs of these contracts in one block, which a node that does not have the block must refuse.
    ///
    /// # Errors
    /// [`ChainError`] when the node does not answer.
    pub async fn logs_of_block(&self, addresses: &[Address], header: &Header) -> Result<Vec<RawLog>, ChainError> {
        let logs = self.logs_where(addresses, json!({"blockHash": header.hash})).await?;
        Ok(logs.into_iter().map(|log| RawLog { at: header.at, ..log }).collect())
    }

    async fn logs_where(&self, addresses: &[Address], filter: Value) -> Result<Vec<RawLog>, ChainError> {
        let mut raw = Vec::new();
        for part in addresses.chunks(ADDRESSES) {
            raw.append(&mut self.logs_of(part, filter.clone()).await?);
        }
        raw.sort_by_key(|log| (log.block, log.log_index));
        raw.dedup_by_key(|log| (log.block, log.block_hash, log.log_index));
        Ok(raw)
    }

    async fn logs_of(&self, addresses: &[Address], mut filter: Value) -> Result<Vec<RawLog>, ChainError> {
        filter["address"] = json!(addresses);
        let logs: Vec<RpcLog> = self.ask("eth_getLogs", json!([filter])).await?;
        let asked: HashSet<H160> = addresses.iter().map(|address| H160(address.0)).collect();
        let mut raw = Vec::with_capacity(logs.len());
        for log in logs {
            if !asked.contains(&log.address) {
                let reason = "a log of another contract".to_string();
                return Err(ChainError::Nonsense { method: "eth_getLogs", reason });
            }
            if log.removed {
                continue;
            }
            raw.push(RawLog {
                address: Address(log.address.0),
                block: log.block_number.as_u64(),
                block_hash: Digest(log.block_hash.0),
                log_index: log.log_index.as_u64(),
                tx: Digest(log.transaction_hash.0),
                at: log.block_timestamp.map_or(0, |at| at.as_u64()),
                topics: log.topics.iter().map(|topic| Digest(topic.0)).collect(),
                data: log.data.to_vec(),
            });
        }
        Ok(raw)
    }

    /// Asks a view of a contract, at the last block.
    ///
    /// # Errors
    /// [`ChainError`] when the node does not answer, or the call reverts.
    pub async fn call(&self, to: Address, data: &[u8]) -> Result<Vec<u8>, ChainError> {
        let call = json!({"to": to, "data": hexed(data)});
        let answer: Bytes = self.ask("eth_call", json!([call, "latest"])).await?;
        Ok(answer.to_vec())
    }

    /// Has the node send a transaction from one of its own accounts; answers its hash, without waiting for a block.
    ///
    /// # Errors
    /// [`ChainError`] when the node does not answer, does not have the account, or sees the transaction revert.
    pub async fn send(&self, from: Address, to: Address, data: &[u8]) -> Result<Digest, ChainError> {
        let transaction = json!({"from": from, "to": to, "data": hexed(data)});
        let hash: H256 = self.ask("eth_sendTransaction", json!([transaction])).await?;
        Ok(Digest(hash.0))
    }

    async fn with_times(&self, mut logs: Vec<RawLog>) -> Result<Vec<RawLog>, ChainError> {
        let mut unknown: Vec<u64> = logs.iter().filter(|log| log.at == 0).map(|log| log.block).collect();
        unknown.dedup();
        if unknown.is_empty() {
            return Ok(logs);
        }
        let headers: Vec<Option<Header>> =
            stream::iter(unknown).map(|number| self.header(number)).buffered(CONCURRENT).try_collect().await?;
        for header in headers.into_iter().flatten() {
            for log in logs.iter_mut().filter(|log| log.block_hash == header.hash) {
                log.at = header.at;
            }
        }
        match logs.iter().find(|log| log.at == 0) {
            None => Ok(logs),
            Some(log) => Err(ChainError::Nonsense {
                method: "eth_getLogs",
                reason: format!("a log of a block {} that is not on the chain", log.block),
            }),
        }
    }

    async fn block(&self, which: Value) -> Result<Option<Header>, ChainError> {
        let method = "eth_getBlockByNumber";
        let Some(block) = self.ask::<Option<RpcBlock>>(method, json!([which, false])).await? else { return Ok(None) };
        let (Some(number), Some(hash)) = (block.number, block.hash) else {
            return Err(ChainError::Nonsense { method, reason: "a block without number or hash".into() });
        };
        Ok(Some(Header {
            number: number.as_u64(),
            hash: Digest(hash.0),
            parent: Digest(block.parent_hash.0),
            at: block.timestamp.as_u64(),
            bloom: block.logs_bloom,
        }))
    }

    async fn ask<T: DeserializeOwned + Send>(&self, method: &'static str, params: Value) -> Result<T, ChainError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let answer = tokio::time::timeout(self.timeout, self.http.request(method, params)).await;
        let answer = answer.map_err(|_| ChainError::Timeout { method, within: self.timeout })?;
        answer.map_err(|error| {
            // An answer that is not JSON is repeated by ethers in full; a glance at it is enough.
            let reason: String = error.to_string().chars().take(200).collect();
            ChainError::Rpc { method, reason }
        })
    }
}

fn hexed(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// Whether a bloom filter allows logs of a contract: three bits, each named by two bytes of the address's Keccak-256
/// (Yellow Paper, 4.4.3).
fn may_contain(bloom: &[u8; 256], address: &Address) -> bool {
    let hash = keccak256(address.0);
    hash.chunks(2).take(3).all(|pair| {
        let bit = (usize::from(pair[0]) << 8 | usize::from(pair[1])) & 2_047;
        bloom[255 - bit / 8] >> (bit % 8) & 1 == 1
    })
}
