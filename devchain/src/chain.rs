//! A chain with contracts on it, whose node keeps unlocked development accounts.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use contracts::refusal::{self, Refusals};
use protocol::{Address, Digest, api::Deployment};
use rpc::{
    Client, Filter, RpcError,
    value::{bytes, digest, hexed, quantity, raw_log},
};
use serde_json::{Value, json};

/// What one transaction may use at most (EIP-7825).
const TRANSACTION_GAS: u64 = 1 << 24;
/// The longest wait for one answer: a block of thousands of transactions takes minutes on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(600);

/// A mined transaction.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub tx: Digest,
    pub block: u64,
    /// Of whichever contract.
    pub logs: Vec<protocol::RawLog>,
}

/// A chain with the contracts on it.
#[derive(Clone)]
pub struct Chain {
    pub deployment: Deployment,
    /// Unlocked development accounts.
    pub accounts: Vec<Address>,
    /// Contracts that are deployed in this round: who holds the address of what stood there before is deployed anew.
    made: Vec<Address>,
    rpc: Client,
    refusals: Vec<Refusals>,
}

impl Chain {
    /// The chain of a node, with no contract on it. `refusals` have the sentences for reverts.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn empty(url: &str, refusals: Vec<Refusals>) -> Result<Self> {
        let deployment = Deployment {
            chain_id: 0,
            chain_name: "Local development chain".into(),
            rpc_urls: vec![url.to_owned()],
            contracts: Default::default(),
            start_block: 0,
            explorer_tx: None,
        };
        let mut chain = Self::with(deployment, refusals).await?;
        chain.deployment.chain_id = read(quantity(&chain.request("eth_chainId", json!([])).await?))?;
        Ok(chain)
    }

    /// The chain of a deployment's nodes, with the contracts that it names.
    ///
    /// # Errors
    /// When no node answers, or the one that does refuses.
    pub async fn with(deployment: Deployment, refusals: Vec<Refusals>) -> Result<Self> {
        let options = rpc::Options { timeout: TIMEOUT, ..Default::default() };
        let rpc = Client::over_http(&deployment.rpc_urls, None, options)?;
        let mut chain = Self { deployment, accounts: Vec::new(), made: Vec::new(), rpc, refusals };
        chain.accounts = serde_json::from_value(chain.request("eth_accounts", json!([])).await?)?;
        Ok(chain)
    }

    /// The first node's address, e.g. `http://127.0.0.1:8545`.
    pub fn url(&self) -> &str {
        self.deployment.rpc_urls.first().map_or("", String::as_str)
    }

    /// Asks the node one thing.
    ///
    /// # Errors
    /// When the node cannot be reached or refuses; revert reasons are decoded.
    pub async fn request(&self, method: &str, params: Value) -> Result<Value> {
        self.rpc.request(method, params).await.map_err(|error| self.explained(method, error))
    }

    fn explained(&self, method: &str, error: RpcError) -> anyhow::Error {
        let Some(refusal) = error.refusal() else { return error.into() };
        let data = refusal.data.as_deref().and_then(|data| bytes(&json!(data)).ok());
        match data.filter(|data| !data.is_empty()) {
            Some(data) => {
                let revert = refusal::decode(&data, &self.refusals);
                anyhow!("{method}: {}: {}", revert.name, revert.sentence)
            }
            None => anyhow!("{method}: {} (code {})", refusal.message, refusal.code),
        }
    }

    /// Deploys a contract from the first account under its name in Solidity, unless the deployment names one already
    /// that was made for the contracts of today; answers its address. The creation bytecode comes with its arguments.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn deploy_as(&mut self, name: &str, code: Vec<u8>) -> Result<Address> {
        let told: Vec<Address> = self.made.iter().filter(|made| has_argument(&code, made)).copied().collect();
        if let Some(known) = self.standing(name, &told) {
            return Ok(known);
        }
        let (address, block) = self.created(code).await?;
        self.made.push(address);
        if self.deployment.contracts.is_empty() {
            self.deployment.start_block = block;
        }
        self.deployment.contracts.insert(name.to_owned(), address);
        Ok(address)
    }

    /// Begins a round of deploying: what stands now is taken to fit each other.
    pub(crate) fn begin_deploying(&mut self) {
        self.made.clear();
    }

    /// The contract of this name, where the deployment names one and none of those whose addresses it was told at its
    /// creation is deployed in this round: it would go on with the ones before.
    pub fn standing(&self, name: &str, told: &[Address]) -> Option<Address> {
        let is_stale = told.iter().any(|address| self.made.contains(address));
        self.deployment.contract(name).filter(|_| !is_stale)
    }

    /// Deploys a contract that the deployment does not name.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn create(&self, code: Vec<u8>) -> Result<Address> {
        Ok(self.created(code).await?.0)
    }

    async fn created(&self, code: Vec<u8>) -> Result<(Address, u64)> {
        let from = self.accounts.first().context("the node has no unlocked account")?;
        let hash = self.request("eth_sendTransaction", json!([{"from": from, "data": hexed(&code)}])).await?;
        let receipt = self.wait(&hash).await?;
        let address = receipt["contractAddress"].as_str().context("the deployment made no contract")?;
        Ok((address.parse()?, read(quantity(&receipt["blockNumber"]))?))
    }

    /// Demands that there is code at every address of the deployment.
    ///
    /// # Errors
    /// When there is none at one of them.
    pub async fn check(&self) -> Result<()> {
        ensure!(!self.deployment.contracts.is_empty(), "the deployment names no contract");
        for (name, address) in &self.deployment.contracts {
            let code = self.request("eth_getCode", json!([address, "latest"])).await?;
            ensure!(!read(bytes(&code))?.is_empty(), "no {name} at {address}");
        }
        Ok(())
    }

    /// Sends from an unlocked account and waits for the block.
    ///
    /// # Errors
    /// When it reverts, with the decoded reason.
    pub async fn send(&self, from: Address, to: Address, data: Vec<u8>) -> Result<Receipt> {
        let mut transaction = json!({"from": from, "to": to, "data": hexed(&data)});
        // A revert is told here, with its reason. What a call costs may depend on the time of its block, which is later
        // than what the node assumes now: hence the margin.
        let gas = read(quantity(&self.request("eth_estimateGas", json!([transaction])).await?))?;
        transaction["gas"] = format!("{:#x}", gas.saturating_add(gas / 2).min(TRANSACTION_GAS)).into();
        let hash = self.request("eth_sendTransaction", json!([transaction])).await?;
        let receipt = self.wait(&hash).await?;
        let logs = receipt["logs"].as_array().context("a receipt has logs")?;
        Ok(Receipt {
            tx: read(digest(&hash))?,
            block: read(quantity(&receipt["blockNumber"]))?,
            logs: read(logs.iter().map(raw_log).collect())?,
        })
    }

    /// The receipt of a transaction that succeeded.
    async fn wait(&self, hash: &Value) -> Result<Value> {
        loop {
            let receipt = self.request("eth_getTransactionReceipt", json!([hash])).await?;
            if receipt.is_null() {
                tokio::time::sleep(Duration::from_millis(5)).await;
                continue;
            }
            if read(quantity(&receipt["status"]))? != 1 {
                bail!("transaction {hash} reverted");
            }
            return Ok(receipt);
        }
    }

    /// Reads from a contract.
    ///
    /// # Errors
    /// When it reverts, with the decoded reason.
    pub async fn call(&self, to: Address, data: Vec<u8>) -> Result<Vec<u8>> {
        let answer = self.request("eth_call", json!([{"to": to, "data": hexed(&data)}, "latest"])).await?;
        read(bytes(&answer))
    }

    /// All logs since the deployment that a filter asks for.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn logs(&self, filter: &Filter) -> Result<Vec<rpc::RawLog>> {
        let head = self.rpc.head().await?.number;
        Ok(self.rpc.logs(filter, self.deployment.start_block, head).await?.logs)
    }

    /// Time of the newest block, seconds since the epoch.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn now(&self) -> Result<u64> {
        Ok(self.rpc.head().await?.at)
    }

    /// `eth_signTypedData_v4` by an unlocked account.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn sign_typed(&self, account: Address, data: &Value) -> Result<String> {
        let signature = self.request("eth_signTypedData_v4", json!([account, data])).await?;
        Ok(signature.as_str().context("a signature is a text")?.to_owned())
    }

    /// `personal_sign` by an unlocked account.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn sign_text(&self, account: Address, text: &str) -> Result<String> {
        let signature = self.request("personal_sign", json!([hexed(text.as_bytes()), account])).await?;
        Ok(signature.as_str().context("a signature is a text")?.to_owned())
    }
}

/// Whether an address is among the words behind creation code, where the arguments of constructors stand.
fn has_argument(code: &[u8], address: &Address) -> bool {
    let word = [&[0; 12][..], &address.0].concat();
    code.windows(word.len()).any(|part| part == word)
}

/// A value of the node's answer, or what is wrong with it.
fn read<T>(value: Result<T, String>) -> Result<T> {
    value.map_err(|what| anyhow!("the node's answer makes no sense: {what}"))
}
