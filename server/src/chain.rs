//! The chain, as the server reads it: through one or more nodes, by the rules of the `rpc` crate.

use std::time::Duration;

pub use rpc::{Header, RawLog, Verdict};

use protocol::{Address, Digest};
use rpc::{Allowance, Client, Filter, Options, Piece, RpcError, native::NotAUrl, value};
use serde_json::json;

/// A day.
const DAY: Duration = Duration::from_secs(86_400);

/// Why the chain could not be read. Names nodes by their position among `--rpc`, never by their address, and repeats
/// nothing that a node wrote: visitors see it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    #[error("{0} Check --rpc.")]
    Url(#[from] NotAUrl),
    #[error("{0} It is asked again.")]
    Rpc(#[from] RpcError),
}

/// How the server reads.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// After this a node counts as silent.
    pub timeout: Duration,
    /// Requests in any stretch of 24 hours; `None` for as many as it takes.
    pub requests_a_day: Option<u32>,
    /// Blocks that the nodes' providers take at once, where they say so.
    pub range: Option<u64>,
    /// The first pause before another back end is asked where one is behind.
    pub behind_pause: Duration,
}

impl Default for Reading {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(20), requests_a_day: None, range: None, behind_pause: Duration::ZERO }
    }
}

/// One or more nodes of one chain.
#[derive(Debug)]
pub struct Chain {
    client: Client,
}

impl Chain {
    /// Nodes at these URLs, in the order in which they are preferred.
    ///
    /// # Errors
    /// [`ChainError::Url`].
    pub fn new(urls: &[String], reading: Reading) -> Result<Self, ChainError> {
        let allowance = reading.requests_a_day.map(|requests| Allowance::new(requests, DAY));
        let options =
            Options { timeout: reading.timeout, allowance, behind_pause: reading.behind_pause, ..Options::default() };
        Ok(Self { client: Client::over_http(urls, reading.range, options)? })
    }

    /// Nodes that are asked by this client.
    pub fn of(client: Client) -> Self {
        Self { client }
    }

    /// Requests made so far.
    pub fn requests(&self) -> u64 {
        self.client.requests()
    }

    /// The highest block that a node told of so far.
    pub fn tallest(&self) -> u64 {
        self.client.tallest()
    }

    /// How long to pause after so many requests, so that reading for ever stays within what may be asked.
    pub fn pace(&self, requests: u64) -> Duration {
        self.client.pace(requests)
    }

    /// Whether blocks near the head may be looked at one by one: each costs a request.
    pub fn looks_at_each_block(&self) -> bool {
        !self.client.is_limited()
    }

    /// What is known of the nodes.
    pub fn status(&self) -> rpc::Status {
        self.client.status()
    }

    /// Compares the nodes below the head.
    pub async fn verify(&self, head: &Header) -> Verdict {
        self.client.verify(head).await
    }

    /// Makes sure that every node that answers is on this chain.
    ///
    /// # Errors
    /// [`ChainError`], with [`RpcError::WrongChain`] where one is not.
    pub async fn check(&self, expected: u64) -> Result<(), ChainError> {
        Ok(self.client.check_chain(expected).await?)
    }

    /// The newest block.
    ///
    /// # Errors
    /// [`ChainError`] when no node answers.
    pub async fn head(&self) -> Result<Header, ChainError> {
        Ok(self.client.head().await?)
    }

    /// A block by its number; `None` where the chain was never that high. A node that is behind is no answer.
    ///
    /// # Errors
    /// [`ChainError`] when no node answers that has the block.
    pub async fn header(&self, number: u64) -> Result<Option<Header>, ChainError> {
        Ok(self.client.header(number).await?)
    }

    /// Takes the chain for shorter than it was. Only a development chain is set back without other blocks in the
    /// place of those that are gone.
    pub fn accept_shorter(&self) {
        self.client.forget_height();
    }

    /// The logs of these contracts in a range of blocks, in order, each once, with the times of their blocks.
    ///
    /// # Errors
    /// [`ChainError`] when no node answers, or one answers with logs that were not asked for.
    pub async fn logs(&self, addresses: &[Address], from: u64, to: u64) -> Result<Vec<RawLog>, ChainError> {
        Ok(self.client.logs(&Filter::of(addresses), from, to).await?.logs)
    }

    /// The logs of the first blocks of a range, as many as the node gives at once.
    ///
    /// # Errors
    /// [`ChainError`] when no node answers, or one answers with logs that were not asked for.
    pub async fn piece(&self, addresses: &[Address], from: u64, to: u64) -> Result<Piece, ChainError> {
        Ok(self.client.piece(&Filter::of(addresses), from, to).await?)
    }

    /// The logs of these contracts in one block, which a node that does not have the block must refuse.
    ///
    /// # Errors
    /// [`ChainError`] when no node answers.
    pub async fn logs_of_block(&self, addresses: &[Address], header: &Header) -> Result<Vec<RawLog>, ChainError> {
        Ok(self.client.logs_of_block(&Filter::of(addresses), header).await?)
    }

    /// Asks a view of a contract, at the newest block.
    ///
    /// # Errors
    /// [`ChainError`] when no node answers, or the call reverts.
    pub async fn call(&self, to: Address, data: &[u8]) -> Result<Vec<u8>, ChainError> {
        Ok(self.client.call(None, to, data).await?)
    }

    /// Asks a view of a contract about the state after a block.
    ///
    /// # Errors
    /// [`ChainError`] when no node answers or has that state, or the call reverts.
    pub async fn call_at(&self, block: u64, to: Address, data: &[u8]) -> Result<Vec<u8>, ChainError> {
        Ok(self.client.call_at(block, to, data).await?)
    }

    /// The code at an address, at the newest block; empty where there is none.
    ///
    /// # Errors
    /// [`ChainError`] when no node answers.
    pub async fn code(&self, at: Address) -> Result<Vec<u8>, ChainError> {
        let method = "eth_getCode";
        let code = self.client.request_fresh(method, json!([at, "latest"])).await?;
        value::bytes(&code)
            .map_err(|what| RpcError::Unreadable { endpoint: "The node".into(), method: method.into(), what }.into())
    }

    /// Has the node send a transaction from one of its own accounts; answers its hash, without waiting for a block.
    ///
    /// # Errors
    /// [`ChainError`] when the node does not answer, does not have the account, or sees the transaction revert.
    pub async fn send(&self, from: Address, to: Address, data: &[u8]) -> Result<Digest, ChainError> {
        let transaction = json!({"from": from, "to": to, "data": value::hexed(data)});
        let method = "eth_sendTransaction";
        let hash = self.client.request(method, json!([transaction])).await?;
        value::digest(&hash)
            .map_err(|what| RpcError::Unreadable { endpoint: "The node".into(), method: method.into(), what }.into())
    }
}
