//! Reading the contracts, in the words of `protocol`.

mod sent;
mod tried;

use std::collections::BTreeMap;

use bounty::{Bounty, LoggedEvent, logs};
use contracts::{refusal, returns};
use leptos::prelude::*;
use protocol::{Address, Amount, Digest, api::Deployment, subject::Subject};
use rpc::{Client, Filter, value};
use serde_json::{Value, json};

use super::{
    folded::{Computing, Following, Learning, Own},
    history::Histories,
    refusals::REFUSALS,
    rpc::{self as nodes, RpcError},
    whole::Holes,
};
use app_ui::format;

use crate::settings::Settings;

/// Why the chain could not be read, or would not accept a call.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ChainError {
    #[error("{}", nodes::sentence(.0))]
    Rpc(#[from] RpcError),
    /// The contract's own reason, as a sentence.
    #[error("{0}")]
    Reverted(String),
    #[error("There is no bounty {0} on this chain.")]
    NoSuchBounty(u64),
    #[error(transparent)]
    NoContract(#[from] protocol::api::NoContract),
    #[error(
        "Bounty {0} is on the chain, but the node does not tell of its events yet. It is asked again with every new block."
    )]
    NotTold(u64),
    #[error(
        "Model {0} is on the chain, but the node does not tell of its events yet. It is asked again with every new block."
    )]
    ModelNotTold(Address),
    #[error("What reads the chain could not be loaded. Check your connection, then load the page again.")]
    NotLoaded,
    #[error("The node sent something unreadable ({0}). Choose another node in Settings.")]
    Unreadable(String),
}

impl From<contracts::abi::DecodeError> for ChainError {
    fn from(error: contracts::abi::DecodeError) -> Self {
        Self::Unreadable(error.to_string())
    }
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
        // In whole 10^-4 ETH, cut off: nobody can spend what was rounded up.
        let parts = self.ether / 100_000_000_000_000;
        format!("{}.{:04}", format::count((parts / 10_000) as u64), parts % 10_000)
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

/// Bounties folded from logs.
pub(super) struct ReadBounties {
    pub folded: Vec<History>,
    /// Why the events of one of them do not fit each other, if that is so: some were left out.
    pub unreadable: Option<ChainError>,
}

/// Reads the chain through the chosen nodes. Copyable; shared through the context.
#[derive(Clone, Copy)]
pub struct Reader {
    deployment: StoredValue<Deployment>,
    settings: Settings,
    /// The client, and the addresses it was made for.
    client: StoredValue<Option<(Vec<String>, Client)>>,
    pub(super) histories: Histories,
    pub(super) holes: Holes,
    pub(super) learned: Following<Learning>,
    pub(super) computed: Following<Computing>,
    pub(super) own: Own,
}

impl Reader {
    pub fn new(deployment: Deployment, settings: Settings) -> Self {
        let client = StoredValue::new(None);
        let (histories, holes) = (Histories::new(), Holes::none());
        let (deployment, own) = (StoredValue::new(deployment), Own::new());
        let (learned, computed) = (Following::new(), Following::new());
        Self { deployment, settings, client, histories, holes, learned, computed, own }
    }

    pub fn deployment(self) -> Deployment {
        self.deployment.get_value()
    }

    /// Addresses of the chosen nodes, or of those of the deployment.
    pub(super) fn nodes(self) -> Vec<String> {
        let chosen = self.settings.rpc.get_untracked().map(|text| urls(&text)).filter(|urls| !urls.is_empty());
        chosen.unwrap_or_else(|| self.deployment.with_value(|d| d.rpc_urls.clone()))
    }

    /// Asks the nodes, after checking once that they are on the right chain.
    pub fn client(self) -> Client {
        let urls = self.nodes();
        let known = self
            .client
            .with_value(|known| known.as_ref().filter(|(of, _)| *of == urls).map(|(_, client)| client.clone()));
        known.unwrap_or_else(|| {
            let client = nodes::client(&urls, Some(self.deployment.with_value(|d| d.chain_id)));
            self.client.set_value(Some((urls, client.clone())));
            self.begin_mending_anew();
            client
        })
    }

    pub(super) async fn ask(self, method: &str, params: Value) -> Result<Value, ChainError> {
        Ok(self.client().request(method, params).await?)
    }

    /// The same about the newest state, of a node that is not behind what was seen before.
    async fn ask_fresh(self, method: &'static str, params: Value) -> Result<Value, ChainError> {
        Ok(self.client().request_fresh(method, params).await?)
    }

    /// Number and time of the newest block.
    pub async fn head(self) -> Result<(u64, u64), ChainError> {
        let head = self.client().head().await?;
        Ok((head.number, head.at))
    }

    pub async fn balances(self, account: Address) -> Result<Balances, ChainError> {
        let coin = self.deployment.with_value(|d| d.demand(coin::MODEL_COIN))?;
        let ether = self.ask_fresh("eth_getBalance", json!([account, "latest"])).await?;
        let read = |data| self.call(None, coin, data);
        Ok(Balances {
            coin: decoded(returns::amount(&read(coin::calls::balance_of(account)).await?))?,
            ether: decoded(value::large_quantity(&ether))?,
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
        told(self.client().call(from, to, &data).await)
    }

    /// The sentence for revert data in hexadecimal, where there is any.
    pub fn revert_sentence(data: &str) -> Option<String> {
        let data = hex::decode(data.strip_prefix("0x")?).ok()?;
        (!data.is_empty()).then(|| refusal::decode(&data, &REFUSALS).sentence)
    }

    /// Transactions that an account has in blocks.
    pub async fn transaction_count(self, account: Address) -> Result<u64, ChainError> {
        quantity(&self.ask_fresh("eth_getTransactionCount", json!([account, "latest"])).await?)
    }

    /// Whether code stands at an account, so that it acts without signing transactions itself.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn has_code(self, account: Address) -> Result<bool, ChainError> {
        Ok(!self.code(account).await?.is_empty())
    }

    pub(super) async fn code(self, account: Address) -> Result<Vec<u8>, ChainError> {
        bytes(&self.ask("eth_getCode", json!([account, "latest"])).await?)
    }

    /// The receipt, once there is one.
    pub async fn receipt(self, hash: Digest) -> Result<Option<Receipt>, ChainError> {
        let receipt = match self.ask("eth_getTransactionReceipt", json!([hash])).await {
            // Some nodes find transactions only a while after their block.
            Err(ChainError::Rpc(RpcError::Refused { refusal, .. })) if refusal.message.contains("indexing") => {
                return Ok(None);
            }
            receipt => receipt?,
        };
        if receipt.is_null() || receipt["blockNumber"].is_null() {
            return Ok(None);
        }
        let logs = receipt["logs"].as_array().map(Vec::as_slice).unwrap_or_default();
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
            Err(ChainError::Rpc(RpcError::Refused { refusal, .. })) => {
                refusal.data.as_deref().and_then(Self::revert_sentence).unwrap_or(unknown)
            }
            _ => unknown,
        }
    }

    /// Call data of a transaction: where revealed files can be read again without any server.
    pub async fn call_data(self, hash: Digest) -> Result<Vec<u8>, ChainError> {
        let transaction = self.ask("eth_getTransactionByHash", json!([hash])).await?;
        bytes(&transaction["input"])
    }

    /// All logs of the market.
    pub(super) fn market(self) -> Result<Filter, ChainError> {
        Ok(Filter::of([self.market_address()?]))
    }

    pub(super) fn market_address(self) -> Result<Address, ChainError> {
        Ok(self.deployment.with_value(|d| d.demand(bounty::BOUNTY_MARKET))?)
    }

    /// The bounties that the logs of a filter tell of, newest first; see [`Self::history`].
    pub(super) async fn histories(
        self,
        filter: &Filter,
        from: u64,
        subject: Option<&Subject>,
    ) -> Result<ReadBounties, ChainError> {
        let mut by_bounty = BTreeMap::<u64, Vec<LoggedEvent>>::new();
        for log in &self.history(filter, from, subject).await? {
            let Some((bounty, event)) = decoded(logs::decode(&log.raw))? else { continue };
            by_bounty.entry(bounty).or_default().push(log.place(bounty, event));
        }
        let mut read = ReadBounties { folded: Vec::new(), unreadable: None };
        for events in by_bounty.into_values().rev() {
            match decoded(Bounty::fold(&events)) {
                Ok(Some(bounty)) => read.folded.push(History { bounty, events }),
                Ok(None) => {}
                Err(error) => read.unreadable = Some(error),
            }
        }
        Ok(read)
    }

    /// Development chains only: lets time pass and mines a block.
    pub async fn pass_time(self, seconds: u64) -> Result<(), ChainError> {
        self.ask("evm_increaseTime", json!([seconds])).await?;
        self.ask("evm_mine", json!([])).await.map(drop)
    }
}

/// An answer of a contract, or the reason that it gave.
fn told(answer: Result<Vec<u8>, RpcError>) -> Result<Vec<u8>, ChainError> {
    match answer {
        Err(RpcError::Refused { refusal, .. }) => {
            let sentence = refusal.data.as_deref().and_then(Reader::revert_sentence);
            Err(ChainError::Reverted(sentence.unwrap_or(refusal.message)))
        }
        answer => Ok(answer?),
    }
}

/// A log of a receipt.
fn emitted(log: &Value) -> Option<(Address, protocol::RawLog)> {
    Some((value::address(&log["address"]).ok()?, value::raw_log(log).ok()?))
}

/// Addresses as they are entered in Settings: one a line or separated by spaces or commas.
pub fn urls(text: &str) -> Vec<String> {
    text.split([',', ' ', '\n']).map(str::trim).filter(|url| !url.is_empty()).map(str::to_owned).collect()
}

pub(super) fn decoded<T, E: std::fmt::Display>(result: Result<T, E>) -> Result<T, ChainError> {
    result.map_err(|e| ChainError::Unreadable(e.to_string()))
}

fn quantity(value: &Value) -> Result<u64, ChainError> {
    decoded(value::quantity(value))
}

pub(super) fn bytes(value: &Value) -> Result<Vec<u8>, ChainError> {
    decoded(value::bytes(value))
}
