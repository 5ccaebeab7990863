//! Reading the contracts, in the words of `protocol`.

use std::collections::BTreeMap;

use bounty::{Bounty, LoggedEvent, logs};
use contracts::{refusal, returns};
use leptos::prelude::*;
use protocol::{Address, Amount, Digest, api::Deployment};
use serde_json::{Value, json};

use super::{
    refusals::REFUSALS,
    rpc::{Rpc, RpcError},
};
use crate::settings::Settings;

/// Why the chain could not be read, or would not accept a call.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ChainError {
    #[error(transparent)]
    Rpc(#[from] RpcError),
    #[error(
        "The node at {url} is on chain {found}, but ModelMarket lives on chain {expected}. Choose another node in Settings."
    )]
    WrongChain { url: String, expected: u64, found: u64 },
    /// The contract's own reason, as a sentence.
    #[error("{0}")]
    Reverted(String),
    #[error("There is no bounty {0} on this chain.")]
    NoSuchBounty(u64),
    #[error(transparent)]
    NoContract(#[from] protocol::api::NoContract),
    #[error("The node sent something unreadable ({0}). Choose another node in Settings.")]
    Unreadable(String),
}

/// What a wallet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balances {
    pub coin: Amount,
    /// 10^-18 ETH, for network fees.
    pub ether: u128,
    /// Whether the airdrop was taken.
    pub airdropped: bool,
    /// The token's permit nonce of this account.
    pub permit_nonce: u64,
}

impl Balances {
    /// ETH with four decimals.
    pub fn ether_text(&self) -> String {
        format!("{:.4}", self.ether as f64 / 1e18)
    }
}

/// A mined transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    pub success: bool,
    pub block: u64,
    /// What its contracts emitted, in order.
    pub logs: Vec<(Address, protocol::RawLog)>,
}

impl Receipt {
    /// What the first log of a contract says that `read` understands.
    pub fn find<T, E>(&self, contract: Address, read: impl Fn(&protocol::RawLog) -> Result<Option<T>, E>) -> Option<T> {
        let logs = self.logs.iter().filter(|(emitter, _)| *emitter == contract);
        logs.filter_map(|(_, log)| read(log).ok().flatten()).next()
    }
}

/// A bounty with the events it was folded from.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    pub bounty: Bounty,
    pub events: Vec<LoggedEvent>,
}

/// Reads the chain through the chosen node. Copyable; shared through the context.
#[derive(Clone, Copy)]
pub struct Reader {
    deployment: StoredValue<Deployment>,
    settings: Settings,
    /// The node whose chain id was checked last.
    checked: StoredValue<Option<String>>,
}

impl Reader {
    pub fn new(deployment: Deployment, settings: Settings) -> Self {
        Self { deployment: StoredValue::new(deployment), settings, checked: StoredValue::new(None) }
    }

    pub fn deployment(self) -> Deployment {
        self.deployment.get_value()
    }

    fn rpc(self) -> Rpc {
        let chosen = self.settings.rpc.get_untracked();
        Rpc::new(chosen.unwrap_or_else(|| self.deployment.with_value(|d| d.rpc_url.clone())))
    }

    /// Asks the node, after checking once that it is on the right chain.
    pub(super) async fn ask(self, method: &str, params: Value) -> Result<Value, ChainError> {
        let rpc = self.rpc();
        if self.checked.with_value(|c| c.as_deref() != Some(&rpc.url)) {
            let expected = self.deployment.with_value(|d| d.chain_id);
            let found = quantity(&rpc.request("eth_chainId", json!([])).await?)?;
            if found != expected {
                return Err(ChainError::WrongChain { url: rpc.url, expected, found });
            }
            self.checked.set_value(Some(rpc.url.clone()));
        }
        Ok(rpc.request(method, params).await?)
    }

    /// Number and time of the newest block.
    pub async fn head(self) -> Result<(u64, u64), ChainError> {
        let block = self.ask("eth_getBlockByNumber", json!(["latest", false])).await?;
        Ok((quantity(&block["number"])?, quantity(&block["timestamp"])?))
    }

    pub async fn balances(self, account: Address) -> Result<Balances, ChainError> {
        let coin = self.deployment.with_value(|d| d.demand(coin::MODEL_COIN))?;
        let ether = self.ask("eth_getBalance", json!([account, "latest"])).await?;
        let read = |data| self.call(None, coin, data);
        Ok(Balances {
            coin: decoded(returns::amount(&read(coin::calls::balance_of(account)).await?))?,
            ether: u128::from_str_radix(text(&ether)?.trim_start_matches("0x"), 16)
                .map_err(|e| ChainError::Unreadable(e.to_string()))?,
            airdropped: decoded(returns::boolean(&read(coin::calls::airdropped(account)).await?))?,
            permit_nonce: decoded(returns::count(&read(coin::calls::nonces(account)).await?))?,
        })
    }

    /// Whether the contract would accept a call now.
    ///
    /// # Errors
    /// [`ChainError::Reverted`] with the contract's reason.
    pub async fn preflight(self, from: Address, to: Address, data: &[u8]) -> Result<(), ChainError> {
        self.call(Some(from), to, data.to_vec()).await.map(drop)
    }

    pub(super) async fn call(self, from: Option<Address>, to: Address, data: Vec<u8>) -> Result<Vec<u8>, ChainError> {
        let mut call = json!({"to": to, "data": format!("0x{}", hex::encode(data))});
        if let Some(from) = from {
            call["from"] = json!(from);
        }
        match self.ask("eth_call", json!([call, "latest"])).await {
            Ok(result) => bytes(&result),
            Err(ChainError::Rpc(RpcError::Refused { data: Some(data), message, .. })) => {
                Err(ChainError::Reverted(Self::revert_sentence(&data).unwrap_or(message)))
            }
            Err(error) => Err(error),
        }
    }

    /// The sentence for revert data in hexadecimal, where there is any.
    pub fn revert_sentence(data: &str) -> Option<String> {
        let data = hex::decode(data.strip_prefix("0x")?).ok()?;
        (!data.is_empty()).then(|| refusal::decode(&data, &REFUSALS).sentence)
    }

    /// Transactions that an account has in blocks.
    pub async fn transaction_count(self, account: Address) -> Result<u64, ChainError> {
        quantity(&self.ask("eth_getTransactionCount", json!([account, "latest"])).await?)
    }

    /// The receipt, once there is one.
    pub async fn receipt(self, hash: Digest) -> Result<Option<Receipt>, ChainError> {
        let receipt = self.ask("eth_getTransactionReceipt", json!([hash])).await?;
        if receipt.is_null() {
            return Ok(None);
        }
        let logs = receipt["logs"].as_array().map(Vec::as_slice).unwrap_or_default();
        let emitted = |log: &Value| Some((log["address"].as_str()?.parse().ok()?, raw_log(log).ok()?));
        Ok(Some(Receipt {
            success: quantity(&receipt["status"])? == 1,
            block: quantity(&receipt["blockNumber"])?,
            logs: logs.iter().filter_map(emitted).collect(),
        }))
    }

    /// Why a mined transaction reverted: the same call again on the block before.
    pub async fn why_reverted(self, hash: Digest, block: u64) -> String {
        let unknown = "The contract refused it; the node does not tell why.".to_owned();
        let Ok(transaction) = self.ask("eth_getTransactionByHash", json!([hash])).await else { return unknown };
        let call = json!({"from": transaction["from"], "to": transaction["to"], "data": transaction["input"]});
        let at = format!("0x{block:x}");
        match self.ask("eth_call", json!([call, at])).await {
            Err(ChainError::Rpc(RpcError::Refused { data: Some(data), .. })) => {
                Self::revert_sentence(&data).unwrap_or(unknown)
            }
            _ => unknown,
        }
    }

    /// Call data of a transaction: where revealed files can be read again without any server.
    pub async fn call_data(self, hash: Digest) -> Result<Vec<u8>, ChainError> {
        let transaction = self.ask("eth_getTransactionByHash", json!([hash])).await?;
        bytes(&transaction["input"])
    }

    /// One bounty, folded from its events.
    pub async fn bounty(self, id: u64) -> Result<History, ChainError> {
        self.histories(json!([null, logs::bounty_topic(id)])).await?.pop().ok_or(ChainError::NoSuchBounty(id))
    }

    /// All bounties, newest first: what the lists show while the server is away.
    pub async fn bounties(self) -> Result<Vec<History>, ChainError> {
        self.histories(json!([])).await
    }

    /// Bounties that this account posted or submitted to, newest first.
    pub async fn bounties_of(self, account: Address) -> Result<Vec<History>, ChainError> {
        let padded = format!("0x{:0>64}", hex::encode(account.0));
        let own = self.logs(json!([null, null, padded])).await?;
        let ids: Vec<String> = own.iter().filter_map(|log| log["topics"][1].as_str().map(str::to_owned)).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.histories(json!([null, ids])).await
    }

    async fn logs(self, topics: Value) -> Result<Vec<Value>, ChainError> {
        let (market, start) = self.deployment.with_value(|d| (d.demand(bounty::BOUNTY_MARKET), d.start_block));
        let filter = json!({
            "address": market?,
            "fromBlock": format!("0x{start:x}"),
            "toBlock": "latest",
            "topics": topics,
        });
        match self.ask("eth_getLogs", json!([filter])).await? {
            Value::Array(logs) => Ok(logs),
            other => Err(ChainError::Unreadable(other.to_string().chars().take(80).collect())),
        }
    }

    async fn histories(self, topics: Value) -> Result<Vec<History>, ChainError> {
        let logs = self.logs(topics).await?;
        let mut times = BTreeMap::new();
        let mut by_bounty = BTreeMap::<u64, Vec<LoggedEvent>>::new();
        for log in &logs {
            let Some((bounty, event)) =
                logs::decode(&raw_log(log)?).map_err(|e| ChainError::Unreadable(e.to_string()))?
            else {
                continue;
            };
            let block = quantity(&log["blockNumber"])?;
            let at = self.time_of(log, block, &mut times).await?;
            by_bounty.entry(bounty).or_default().push(LoggedEvent {
                bounty,
                block,
                block_hash: digest(&log["blockHash"])?,
                log_index: quantity(&log["logIndex"])?,
                tx: digest(&log["transactionHash"])?,
                at,
                event,
            });
        }
        let mut histories = Vec::new();
        for mut events in by_bounty.into_values().rev() {
            events.sort_by_key(|e| (e.block, e.log_index));
            if let Some(bounty) = Bounty::fold(&events).map_err(|e| ChainError::Unreadable(e.to_string()))? {
                histories.push(History { bounty, events });
            }
        }
        Ok(histories)
    }

    /// Time of a log's block; some nodes say it with the log.
    pub(super) async fn time_of(
        self,
        log: &Value,
        block: u64,
        times: &mut BTreeMap<u64, u64>,
    ) -> Result<u64, ChainError> {
        let at = match (quantity(&log["blockTimestamp"]), times.get(&block)) {
            (Ok(at), _) => at,
            (_, Some(at)) => *at,
            _ => {
                let header = self.ask("eth_getBlockByNumber", json!([log["blockNumber"], false])).await?;
                quantity(&header["timestamp"])?
            }
        };
        times.insert(block, at);
        Ok(at)
    }

    /// Development chains only: lets time pass and mines a block.
    pub async fn pass_time(self, seconds: u64) -> Result<(), ChainError> {
        self.ask("evm_increaseTime", json!([seconds])).await?;
        self.ask("evm_mine", json!([])).await.map(drop)
    }
}

pub(super) fn raw_log(log: &Value) -> Result<protocol::RawLog, ChainError> {
    let topics = log["topics"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(protocol::RawLog { topics: topics.iter().map(digest).collect::<Result<_, _>>()?, data: bytes(&log["data"])? })
}

pub(super) fn decoded<T, E: std::fmt::Display>(result: Result<T, E>) -> Result<T, ChainError> {
    result.map_err(|e| ChainError::Unreadable(e.to_string()))
}

fn text(value: &Value) -> Result<&str, ChainError> {
    value.as_str().ok_or_else(|| ChainError::Unreadable(format!("{value} where a text was expected")))
}

pub(super) fn quantity(value: &Value) -> Result<u64, ChainError> {
    let text = text(value)?;
    let digits = text.strip_prefix("0x").unwrap_or(text);
    u64::from_str_radix(digits, 16).map_err(|_| ChainError::Unreadable(format!("{text} where a number was expected")))
}

pub(super) fn digest(value: &Value) -> Result<Digest, ChainError> {
    text(value)?.parse().map_err(|_| ChainError::Unreadable(format!("{value} where a hash was expected")))
}

pub(super) fn bytes(value: &Value) -> Result<Vec<u8>, ChainError> {
    let text = text(value)?;
    hex::decode(text.strip_prefix("0x").unwrap_or(text))
        .map_err(|_| ChainError::Unreadable("broken hexadecimal text".into()))
}
