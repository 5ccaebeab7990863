//! A chain, read and written through the nodes of a deployment.

use std::time::Duration;

use alloy_consensus::TxEip1559;
use alloy_primitives::{Address as Account20, Bytes, TxKind, U256};
use contracts::refusal::{Refusals, decode};
use protocol::{Address, Amount, Digest, RawLog, api::Deployment};
use rpc::{
    Client, RpcError,
    value::{bytes, hexed, large_quantity, quantity, raw_log},
};
use serde_json::{Value, json};

use super::account::Account;
use crate::{cli::chain::On, failure::Failure, files};

/// Between two looks for a receipt.
const LOOK: Duration = Duration::from_millis(300);
/// How long a transaction may take to be in a block.
const PATIENCE: Duration = Duration::from_secs(300);

/// All errors with which the contracts of learning together can refuse.
fn refusals() -> [Refusals; 3] {
    [coin::REFUSALS, directory::REFUSALS, tasks::REFUSALS]
}

pub struct Chain {
    client: Client,
    pub deployment: Deployment,
    account: Option<Account>,
}

impl Chain {
    pub async fn open(on: &On) -> Result<Self, Failure> {
        let deployment: Deployment = files::read_json(&on.deployment, "deployment")?;
        let client = Client::over_http(&deployment.rpc_urls, None, rpc::Options::default())
            .map_err(|error| Failure::Given(error.to_string()))?;
        client.check_chain(deployment.chain_id).await.map_err(failed)?;
        let account = on.account.as_deref().map(Account::read).transpose()?;
        Ok(Self { client, deployment, account })
    }

    pub fn contract(&self, name: &'static str) -> Result<Address, Failure> {
        self.deployment.demand(name).map_err(|error| Failure::Given(error.to_string()))
    }

    fn account(&self) -> Result<&Account, Failure> {
        let missing = "Nobody can sign this. Draw an account with `agent key account FILE` and name it with --account.";
        self.account.as_ref().ok_or_else(|| Failure::Given(missing.to_string()))
    }

    async fn request(&self, method: &str, params: Value) -> Result<Value, Failure> {
        self.client.request(method, params).await.map_err(failed)
    }

    /// Reads from a contract.
    pub async fn call(&self, to: Address, data: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let answer = self.request("eth_call", json!([{"to": to, "data": hexed(&data)}, "latest"])).await?;
        read(bytes(&answer))
    }

    /// Lets a contract take exactly this.
    pub async fn allow(&self, spender: Address, amount: Option<Amount>) -> Result<(), Failure> {
        let Some(amount) = amount else { return Ok(()) };
        self.send(self.contract(coin::MODEL_COIN)?, coin::calls::approve(spender, amount)).await.map(drop)
    }

    /// Sends a call and waits until it is in a block; answers the logs.
    pub async fn send(&self, to: Address, data: Vec<u8>) -> Result<Vec<RawLog>, Failure> {
        let account = self.account()?;
        let from = account.address();
        let draft = json!({"from": from, "to": to, "data": hexed(&data)});
        // A revert is told here, with its reason. What a call costs may depend on the time of its block: hence the margin.
        let gas = read(quantity(&self.request("eth_estimateGas", json!([draft])).await?))?;
        let nonce = read(quantity(&self.request("eth_getTransactionCount", json!([from, "pending"])).await?))?;
        let history = self.request("eth_feeHistory", sending::fee::history_params()).await?;
        let price = match sending::fee::price(&history) {
            Some(price) => price,
            None => read(large_quantity(&self.request("eth_gasPrice", json!([])).await?))?,
        };
        let tip = self.request("eth_maxPriorityFeePerGas", json!([])).await.ok();
        let tip = tip.and_then(|tip| large_quantity(&tip).ok()).unwrap_or_default();
        let raw = account.sign(TxEip1559 {
            chain_id: self.deployment.chain_id,
            nonce,
            gas_limit: gas + gas / 2,
            max_fee_per_gas: 2 * price.max(tip),
            max_priority_fee_per_gas: tip,
            to: TxKind::Call(Account20::from(to.0)),
            value: U256::ZERO,
            input: Bytes::from(data),
            ..TxEip1559::default()
        })?;
        let hash = self.request("eth_sendRawTransaction", json!([hexed(&raw)])).await?;
        self.receipt(&hash).await
    }

    async fn receipt(&self, hash: &Value) -> Result<Vec<RawLog>, Failure> {
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                let receipt = self.request("eth_getTransactionReceipt", json!([hash])).await?;
                if !receipt.is_null() {
                    return Ok::<_, Failure>(receipt);
                }
                tokio::time::sleep(LOOK).await;
            }
        });
        let receipt = found.await.map_err(|_| {
            Failure::Failed(format!(
                "Transaction {hash} is in no block after {} s. It may still come: look for it before you send it again.",
                PATIENCE.as_secs()
            ))
        })??;
        if read(quantity(&receipt["status"]))? != 1 {
            return Err(Failure::Failed(format!(
                "Transaction {hash} was refused. Somebody else was first: look again."
            )));
        }
        let logs = receipt["logs"].as_array().map(Vec::as_slice).unwrap_or_default();
        read(logs.iter().map(raw_log).collect())
    }

    /// All logs of a contract with this number as their first topic, since the deployment.
    pub async fn logs_of(&self, contract: Address, number: u64) -> Result<Vec<RawLog>, Failure> {
        let topic = Digest({
            let mut word = [0; 32];
            word[24..].copy_from_slice(&number.to_be_bytes());
            word
        });
        let from = format!("{:#x}", self.deployment.start_block);
        let filter = json!([{"address": contract, "topics": [null, topic], "fromBlock": from, "toBlock": "latest"}]);
        let logs = self.request("eth_getLogs", filter).await?;
        read(logs.as_array().map(Vec::as_slice).unwrap_or_default().iter().map(raw_log).collect())
    }
}

/// A node's refusal as a sentence.
fn failed(error: RpcError) -> Failure {
    let data = error.refusal().and_then(|refusal| refusal.data.as_deref());
    match data.and_then(|data| bytes(&json!(data)).ok()).filter(|data| !data.is_empty()) {
        Some(data) => Failure::Refused(decode(&data, &refusals()).sentence),
        None => Failure::Failed(error.to_string()),
    }
}

fn read<T>(value: Result<T, String>) -> Result<T, Failure> {
    value.map_err(|what| Failure::Failed(format!("The node's answer makes no sense ({what}). Use another node.")))
}
