//! A deployed ModelMarket on a development chain.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use bounty::{Bounty, Event, logs};
use contracts::{
    refusal::{self, Refusals},
    returns,
};
use protocol::{Address, Amount, Digest, api::Deployment};
use serde_json::{Value, json};

use crate::shared;

/// Sentences for the errors of every family that is deployed.
const REFUSALS: [Refusals; 4] = [coin::REFUSALS, bounty::REFUSALS, shared_model::REFUSALS, trained::REFUSALS];
/// What one transaction may use at most (EIP-7825).
const TRANSACTION_GAS: u64 = 1 << 24;

/// JSON-RPC over HTTP.
#[derive(Debug, Clone)]
pub struct Rpc {
    client: reqwest::Client,
    url: String,
}

impl Rpc {
    pub fn new(url: &str) -> Self {
        Self { client: reqwest::Client::new(), url: url.to_owned() }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// One call.
    ///
    /// # Errors
    /// When the node cannot be reached or refuses; revert reasons are decoded.
    pub async fn request(&self, method: &str, params: Value) -> Result<Value> {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let answer: Value = self.client.post(&self.url).json(&body).send().await?.json().await?;
        if let Some(error) = answer.get("error") {
            let data = error["data"].as_str().and_then(|d| hex::decode(d.trim_start_matches("0x")).ok());
            return match data {
                Some(data) if !data.is_empty() => {
                    let revert = refusal::decode(&data, &REFUSALS);
                    Err(anyhow!("{method}: {}: {}", revert.name, revert.sentence))
                }
                _ => Err(anyhow!("{method}: {error}")),
            };
        }
        Ok(answer["result"].clone())
    }
}

/// A mined transaction.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub tx: Digest,
    pub block: u64,
    pub gas_used: u64,
    pub events: Vec<(u64, Event)>,
}

/// A chain with the contracts on it.
#[derive(Debug, Clone)]
pub struct Chain {
    pub rpc: Rpc,
    pub deployment: Deployment,
    /// Unlocked development accounts.
    pub accounts: Vec<Address>,
}

impl Chain {
    /// Deploys all contracts from the first account.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn deploy(url: &str) -> Result<Self> {
        let rpc = Rpc::new(url);
        let accounts = accounts(&rpc).await?;
        let deployer = *accounts.first().context("the node has no unlocked account")?;
        let (coin, start_block) = create(&rpc, deployer, coin::deploy::model_coin()?).await?;
        let (market, _) = create(&rpc, deployer, bounty::deploy::bounty_market(coin)?).await?;
        let (factory, accuracy_log) = shared::deploy(&rpc, deployer, coin).await?;
        let (reproductions, _) = create(&rpc, deployer, trained::deploy::reproductions(market)?).await?;
        let (published_models, _) = create(&rpc, deployer, trained::deploy::published_models()?).await?;
        let deployment = Deployment {
            chain_id: quantity(&rpc.request("eth_chainId", json!([])).await?)?,
            chain_name: "Local development chain".into(),
            rpc_urls: vec![url.to_owned()],
            contracts: [
                (coin::MODEL_COIN, coin),
                (bounty::BOUNTY_MARKET, market),
                (shared_model::MODEL_FACTORY, factory),
                (shared_model::ACCURACY_LOG, accuracy_log),
                (trained::REPRODUCTIONS, reproductions),
                (trained::PUBLISHED_MODELS, published_models),
            ]
            .map(|(name, address)| (name.to_owned(), address))
            .into(),
            start_block,
            explorer_tx: None,
        };
        Ok(Self { rpc, deployment, accounts })
    }

    /// Deploys one more contract from the first account; its creation bytecode comes with its arguments.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn create(&self, code: Vec<u8>) -> Result<Address> {
        let deployer = *self.accounts.first().context("the node has no unlocked account")?;
        Ok(create(&self.rpc, deployer, code).await?.0)
    }

    /// Connects to contracts that are deployed already.
    ///
    /// # Errors
    /// When no node of the deployment answers, or there is no code at the market's address.
    pub async fn connect(deployment: Deployment) -> Result<Self> {
        let (rpc, accounts) = first_to_answer(&deployment.rpc_urls).await?;
        let market = deployment.demand(bounty::BOUNTY_MARKET)?;
        let code = rpc.request("eth_getCode", json!([market, "latest"])).await?;
        if code.as_str().is_none_or(|c| c.len() <= 2) {
            bail!("no contract at {market}");
        }
        Ok(Self { rpc, deployment, accounts })
    }

    /// Where BountyMarket is.
    ///
    /// # Errors
    /// When the deployment does not name it.
    pub fn market_address(&self) -> Result<Address> {
        Ok(self.deployment.demand(bounty::BOUNTY_MARKET)?)
    }

    /// Where ModelCoin is.
    ///
    /// # Errors
    /// When the deployment does not name it.
    pub fn coin_address(&self) -> Result<Address> {
        Ok(self.deployment.demand(coin::MODEL_COIN)?)
    }

    /// Sends from an unlocked account and waits for the block.
    ///
    /// # Errors
    /// When it reverts, with the decoded reason.
    pub async fn send(&self, from: Address, to: Address, data: Vec<u8>) -> Result<Receipt> {
        Ok(self.send_for_logs(from, to, data).await?.0)
    }

    /// As [`Self::send`], with all logs of the transaction: of whichever contract.
    pub(crate) async fn send_for_logs(
        &self,
        from: Address,
        to: Address,
        data: Vec<u8>,
    ) -> Result<(Receipt, Vec<protocol::RawLog>)> {
        send(&self.rpc, json!({"from": from, "to": to, "data": hexed(&data)})).await
    }

    /// Sends to the market.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn market(&self, from: Address, data: Vec<u8>) -> Result<Receipt> {
        self.send(from, self.market_address()?, data).await
    }

    /// Reads from a contract.
    ///
    /// # Errors
    /// When it reverts, with the decoded reason.
    pub async fn call(&self, to: Address, data: Vec<u8>) -> Result<Vec<u8>> {
        let result = self.rpc.request("eth_call", json!([{"to": to, "data": hexed(&data)}, "latest"])).await?;
        unhexed(&result)
    }

    /// MDC of an account.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn balance(&self, account: Address) -> Result<Amount> {
        Ok(returns::amount(&self.call(self.coin_address()?, coin::calls::balance_of(account)).await?)?)
    }

    /// Takes the airdrop where it was not taken, and lets the market move everything.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn fund(&self, account: Address) -> Result<()> {
        let coin = self.coin_address()?;
        if !returns::boolean(&self.call(coin, coin::calls::airdropped(account)).await?)? {
            self.send(account, coin, coin::calls::airdrop()).await?;
        }
        self.send(account, coin, coin::calls::approve(self.market_address()?, Amount::SUPPLY)).await.map(drop)
    }

    /// Time of the newest block, seconds since the epoch.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn now(&self) -> Result<u64> {
        let block = self.rpc.request("eth_getBlockByNumber", json!(["latest", false])).await?;
        quantity(&block["timestamp"])
    }

    /// Lets time pass and mines a block.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn pass(&self, seconds: u64) -> Result<()> {
        self.rpc.request("evm_increaseTime", json!([seconds])).await?;
        self.rpc.request("evm_mine", json!([])).await.map(drop)
    }

    /// Mines a block at this time, seconds since the epoch, unless the chain is there already.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn pass_until(&self, at: u64) -> Result<()> {
        match at.saturating_sub(self.now().await?) {
            0 => Ok(()),
            seconds => self.pass(seconds).await,
        }
    }

    /// One bounty, folded from its events.
    ///
    /// # Errors
    /// When there is none.
    pub async fn bounty(&self, id: u64) -> Result<Bounty> {
        let logs = self.logs(self.market_address()?, json!([null, logs::bounty_topic(id)])).await?;
        let mut logged = Vec::new();
        for log in logs {
            let Some((bounty, event)) = logs::decode(&log.raw)? else { continue };
            logged.push(log.place(bounty, event));
        }
        Bounty::fold(&logged)?.with_context(|| format!("there is no bounty {id}"))
    }

    /// All logs of a contract with these topics, each with the time of its block.
    ///
    /// # Errors
    /// When the node refuses.
    pub(crate) async fn logs(&self, address: Address, topics: Value) -> Result<Vec<rpc::RawLog>> {
        let from = format!("0x{:x}", self.deployment.start_block);
        let filter = json!({"address": address, "fromBlock": from, "toBlock": "latest", "topics": topics});
        let answer = self.rpc.request("eth_getLogs", json!([filter])).await?;
        let mut logs = Vec::new();
        for log in answer.as_array().context("logs are a list")? {
            let Some(mut read) = rpc::RawLog::read(log).map_err(|e| anyhow!("{log} is not a log: {e}"))? else {
                continue;
            };
            let block = self.rpc.request("eth_getBlockByNumber", json!([log["blockNumber"], false])).await?;
            read.at = quantity(&block["timestamp"])?;
            logs.push(read);
        }
        Ok(logs)
    }

    /// `eth_signTypedData_v4` by an unlocked account.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn sign_typed(&self, account: Address, data: &Value) -> Result<String> {
        let signature = self.rpc.request("eth_signTypedData_v4", json!([account, data])).await?;
        Ok(signature.as_str().context("a signature is a text")?.to_owned())
    }

    /// `personal_sign` by an unlocked account.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn sign_text(&self, account: Address, text: &str) -> Result<String> {
        let signature = self.rpc.request("personal_sign", json!([hexed(text.as_bytes()), account])).await?;
        Ok(signature.as_str().context("a signature is a text")?.to_owned())
    }
}

/// The first of these nodes that answers, and its unlocked accounts.
async fn first_to_answer(urls: &[String]) -> Result<(Rpc, Vec<Address>)> {
    let mut failure = anyhow!("the deployment names no node");
    for url in urls {
        let rpc = Rpc::new(url);
        match accounts(&rpc).await {
            Ok(accounts) => return Ok((rpc, accounts)),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

async fn accounts(rpc: &Rpc) -> Result<Vec<Address>> {
    let accounts = rpc.request("eth_accounts", json!([])).await?;
    Ok(serde_json::from_value(accounts)?)
}

pub(crate) async fn create(rpc: &Rpc, from: Address, code: Vec<u8>) -> Result<(Address, u64)> {
    let hash = rpc.request("eth_sendTransaction", json!([{"from": from, "data": hexed(&code)}])).await?;
    let receipt = wait(rpc, &hash).await?;
    let address = receipt["contractAddress"].as_str().context("the deployment made no contract")?;
    Ok((address.parse()?, quantity(&receipt["blockNumber"])?))
}

async fn send(rpc: &Rpc, transaction: Value) -> Result<(Receipt, Vec<protocol::RawLog>)> {
    // A revert is told here, with its reason. What a call costs may depend on the time of its block, which is later than
    // what the node assumes now: hence the margin.
    let gas = quantity(&rpc.request("eth_estimateGas", json!([transaction])).await?)?;
    let mut transaction = transaction;
    transaction["gas"] = format!("0x{:x}", gas.saturating_add(gas / 2).min(TRANSACTION_GAS)).into();
    let hash = rpc.request("eth_sendTransaction", json!([transaction])).await?;
    let receipt = wait(rpc, &hash).await?;
    let logs = receipt["logs"].as_array().context("a receipt has logs")?;
    let logs = logs.iter().map(raw_log).collect::<Result<Vec<_>>>()?;
    let mut decoded = Vec::new();
    for log in &logs {
        decoded.extend(logs::decode(log)?);
    }
    let receipt = Receipt {
        tx: digest(&hash)?,
        block: quantity(&receipt["blockNumber"])?,
        gas_used: quantity(&receipt["gasUsed"])?,
        events: decoded,
    };
    Ok((receipt, logs))
}

/// The receipt of a transaction that succeeded.
async fn wait(rpc: &Rpc, hash: &Value) -> Result<Value> {
    loop {
        let receipt = rpc.request("eth_getTransactionReceipt", json!([hash])).await?;
        if receipt.is_null() {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        if quantity(&receipt["status"])? != 1 {
            bail!("transaction {hash} reverted");
        }
        return Ok(receipt);
    }
}

pub(crate) fn raw_log(log: &Value) -> Result<protocol::RawLog> {
    let topics = log["topics"].as_array().context("a log has topics")?;
    Ok(protocol::RawLog { topics: topics.iter().map(digest).collect::<Result<_>>()?, data: unhexed(&log["data"])? })
}

pub(crate) fn quantity(value: &Value) -> Result<u64> {
    let text = value.as_str().with_context(|| format!("{value} is not a number"))?;
    Ok(u64::from_str_radix(text.trim_start_matches("0x"), 16)?)
}

pub(crate) fn digest(value: &Value) -> Result<Digest> {
    Ok(value.as_str().with_context(|| format!("{value} is not a hash"))?.parse()?)
}

fn hexed(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn unhexed(value: &Value) -> Result<Vec<u8>> {
    let text = value.as_str().with_context(|| format!("{value} is not bytes"))?;
    Ok(hex::decode(text.trim_start_matches("0x"))?)
}
