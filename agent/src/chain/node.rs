//! A chain, read and written through the nodes of a deployment.

use std::time::Duration;

use alloy_consensus::TxEip1559;
use alloy_primitives::{Address as Account20, Bytes, TxKind, U256};
use coin::PermitSignature;
use contracts::{
    abi::hash_words,
    refusal::{Refusals, decode},
};
use protocol::{Address, Amount, Digest, RawLog, api::Deployment, keccak, typed_data::Permit};
use rpc::{
    Client, Filter, KnownChain, RpcError,
    value::{bytes, hexed, large_quantity, quantity, raw_log},
};
use sending::{Doubt, WalletError};
use serde_json::{Value, json};

use super::account::Account;
use crate::{cli::chain::On, failure::Failure, files};

/// Between two looks for a receipt.
const LOOK: Duration = Duration::from_millis(300);
/// How long a transaction may take to be in a block.
const PATIENCE: Duration = Duration::from_secs(300);
/// Takes a signed transaction.
const SEND: &str = "eth_sendRawTransaction";
/// Seconds that a permit is good for.
const PERMIT: u64 = 3_600;

/// All errors with which the contracts of learning together and of jobs can refuse.
pub fn refusals() -> [Refusals; 4] {
    [coin::REFUSALS, directory::REFUSALS, tasks::REFUSALS, jobs::REFUSALS]
}

/// Why nothing is known of a call in a block.
#[derive(Debug)]
pub enum Unsent {
    /// It is in none, and will be in none.
    Never(Failure),
    /// It was sent, or may have been: it may be in one later.
    MayCome(Failure),
}

pub struct Chain {
    pub client: Client,
    pub deployment: Deployment,
    account: Option<Account>,
    /// Transactions get their numbers one after the other.
    sending: tokio::sync::Mutex<()>,
}

impl Chain {
    pub async fn open(on: &On) -> Result<Self, Failure> {
        let missing = "Name the network with --deployment FILE, or by MODELMARKET_DEPLOYMENT. A server has the file at /api/deployment.";
        let file = on.deployment.as_deref().ok_or_else(|| Failure::Given(missing.to_string()))?;
        let deployment: Deployment = files::read_json(file, "deployment")?;
        let client = Client::over_http(&deployment.rpc_urls, None, rpc::Options::default())
            .map_err(|error| Failure::Given(error.to_string()))?;
        client.check_chain(deployment.chain_id).await.map_err(|error| {
            let file = file.display();
            Failure::Failed(format!(
                "{error} The nodes are those of `rpc_urls` in {file}: start one, or get the file anew, from a server of the network."
            ))
        })?;
        let account = on.account.as_deref().map(Account::read).transpose()?;
        Ok(Self { client, deployment, account, sending: tokio::sync::Mutex::new(()) })
    }

    pub fn contract(&self, name: &'static str) -> Result<Address, Failure> {
        self.deployment.demand(name).map_err(|error| Failure::Given(error.to_string()))
    }

    /// Who signs.
    pub fn account(&self) -> Result<&Account, Failure> {
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

    /// Reads from a contract as the chain will stay: so many blocks behind the newest as reorganisations usually reach.
    pub async fn call_settled(&self, to: Address, data: Vec<u8>) -> Result<Vec<u8>, Failure> {
        match KnownChain::of(self.deployment.chain_id).confirmations {
            0 => self.call(to, data).await,
            behind => {
                let head = self.client.head().await.map_err(failed)?.number;
                self.client.call_at(head.saturating_sub(behind), to, &data).await.map_err(failed)
            }
        }
    }

    /// A signed transaction as it was sent; nothing where the node has none, or does not give any.
    pub async fn raw_transaction(&self, hash: Digest) -> Option<Vec<u8>> {
        let found = self.request("eth_getRawTransactionByHash", json!([hash])).await.ok()?;
        bytes(&found).ok().filter(|raw| !raw.is_empty())
    }

    /// Whether the account is a contract, which signs no transactions.
    pub async fn has_code(&self, account: Address) -> Result<bool, Failure> {
        Ok(!read(bytes(&self.request("eth_getCode", json!([account, "latest"])).await?))?.is_empty())
    }

    /// What an account has of the network's own coin, which pays for transactions, in its smallest unit.
    pub async fn fee_coins(&self, account: Address) -> Result<u128, Failure> {
        read(large_quantity(&self.request("eth_getBalance", json!([account, "latest"])).await?))
    }

    /// A permit by which a contract may take exactly this; nothing where it takes nothing.
    pub async fn permit(&self, spender: Address, value: Amount) -> Result<Option<PermitSignature>, Failure> {
        if value == Amount::ZERO {
            return Ok(None);
        }
        let (account, coin) = (self.account()?, self.contract(coin::MODEL_COIN)?);
        let owner = account.address();
        let nonce = contracts::returns::count(&self.call(coin, coin::calls::nonces(owner)).await?);
        let nonce = read(nonce.map_err(|error| format!("{error:?}")))?;
        let deadline = self.client.head().await.map_err(failed)?.at + PERMIT;
        let permit = Permit { owner, spender, value, nonce, deadline };
        let signature = account.sign_digest(&permit_digest(self.deployment.chain_id, coin, &permit))?;
        let signature = format!("0x{}", hex::encode(signature));
        PermitSignature::from_hex(&signature, deadline).map(Some).map_err(|error| Failure::Failed(error.to_string()))
    }

    /// Sends a call and waits until it is in a block; answers the logs.
    pub async fn send(&self, to: Address, data: Vec<u8>) -> Result<Vec<RawLog>, Failure> {
        self.send_once(to, data).await.map_err(|unsent| match unsent {
            Unsent::Never(failure) | Unsent::MayCome(failure) => failure,
        })
    }

    /// The same, for whoever has to know whether it may still come.
    pub async fn send_once(&self, to: Address, data: Vec<u8>) -> Result<Vec<RawLog>, Unsent> {
        let sending = self.sending.lock().await;
        let raw = self.signed(to, data).await.map_err(Unsent::Never)?;
        let sent = self.client.request(SEND, json!([hexed(&raw)])).await;
        drop(sending);
        let hash = sent.map_err(|error| match is_never_sent(&error) {
            true => Unsent::Never(failed(error)),
            false => Unsent::MayCome(failed(error)),
        })?;
        let receipt = self.receipt(&hash).await.map_err(Unsent::MayCome)?;
        if read(quantity(&receipt["status"])).map_err(Unsent::MayCome)? != 1 {
            return Err(Unsent::Never(Failure::Failed(format!(
                "Transaction {hash} was refused. Somebody else was first: look again."
            ))));
        }
        let logs = receipt["logs"].as_array().map(Vec::as_slice).unwrap_or_default();
        read(logs.iter().map(raw_log).collect()).map_err(Unsent::MayCome)
    }

    /// A call as it is sent, for whoever holds up other sendings.
    async fn signed(&self, to: Address, data: Vec<u8>) -> Result<Vec<u8>, Failure> {
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
        account.sign(TxEip1559 {
            chain_id: self.deployment.chain_id,
            nonce,
            gas_limit: gas + gas / 2,
            max_fee_per_gas: 2 * price.max(tip),
            max_priority_fee_per_gas: tip,
            to: TxKind::Call(Account20::from(to.0)),
            value: U256::ZERO,
            input: Bytes::from(data),
            ..TxEip1559::default()
        })
    }

    async fn receipt(&self, hash: &Value) -> Result<Value, Failure> {
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                let receipt = self.request("eth_getTransactionReceipt", json!([hash])).await?;
                if !receipt.is_null() {
                    return Ok::<_, Failure>(receipt);
                }
                tokio::time::sleep(LOOK).await;
            }
        });
        found.await.map_err(|_| {
            Failure::Failed(format!(
                "Transaction {hash} is in no block after {} s. It may still come: look for it before you send it again.",
                PATIENCE.as_secs()
            ))
        })?
    }

    /// All logs of a contract with this number as their first topic, since the deployment; in pieces that nodes take.
    pub async fn logs_of(&self, contract: Address, number: u64) -> Result<Vec<rpc::RawLog>, Failure> {
        let topic = Digest({
            let mut word = [0; 32];
            word[24..].copy_from_slice(&number.to_be_bytes());
            word
        });
        let (from, head) = (self.deployment.start_block, self.client.head().await.map_err(failed)?);
        if head.number < from {
            return Ok(Vec::new());
        }
        let filter = Filter::of([contract]).any_topic().topic([topic]);
        Ok(self.client.logs(&filter, from, head.number).await.map_err(failed)?.logs)
    }

    /// When a log was said: nodes may leave that to its block.
    pub async fn time_of(&self, log: &rpc::RawLog) -> Result<u64, Failure> {
        match log.at {
            0 => Ok(self.client.header(log.block).await.map_err(failed)?.map_or(0, |header| header.at)),
            at => Ok(at),
        }
    }
}

/// What is signed of a permit (EIP-2612), as [`protocol::typed_data::permit_request`] has it for wallets.
fn permit_digest(chain: u64, coin: Address, permit: &Permit) -> Digest {
    let number = |number: u128| {
        let mut word = [0; 32];
        word[16..].copy_from_slice(&number.to_be_bytes());
        Digest(word)
    };
    let account = |account: Address| {
        let mut word = [0; 32];
        word[12..].copy_from_slice(&account.0);
        Digest(word)
    };
    let domain = hash_words(&[
        keccak(&[b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"]),
        keccak(&[b"ModelCoin"]),
        keccak(&[b"1"]),
        number(chain.into()),
        account(coin),
    ]);
    let Permit { owner, spender, value, nonce, deadline } = *permit;
    let message = hash_words(&[
        keccak(&[b"Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"]),
        account(owner),
        account(spender),
        number(value.0),
        number(nonce.into()),
        number(deadline.into()),
    ]);
    keccak(&[&[0x19, 0x01], &domain.0, &message.0])
}

/// A node's refusal as a sentence. Its own words are told where no contract speaks: whoever runs this chose the node.
pub fn failed(error: RpcError) -> Failure {
    let Some(refusal) = error.refusal() else { return Failure::Failed(error.to_string()) };
    let data = refusal.data.as_deref().and_then(|data| bytes(&json!(data)).ok()).filter(|data| !data.is_empty());
    match data {
        Some(data) => Failure::Refused(decode(&data, &refusals()).sentence),
        // No code is agreed on; all nodes have these words, in one case or the other.
        None if refusal.message.to_lowercase().contains("insufficient funds") => Failure::Failed(
            "The account that signs has not enough of the network's own coin for the fee of this transaction. Send it some, and \
             try again; `agent coins show` says what it has."
                .to_string(),
        ),
        None if refusal.message.is_empty() => Failure::Failed(error.to_string()),
        None => Failure::Failed(format!("{error} It says: {}", refusal.message)),
    }
}

/// Whether a node has refused a transaction, and no other one can have taken it before.
fn is_never_sent(error: &RpcError) -> bool {
    error.refusal().is_some_and(|refusal| {
        let said = json!({"code": refusal.code, "message": refusal.message});
        WalletError::from_thrown(SEND, &said).doubt() == Doubt::None
    })
}

fn read<T>(value: Result<T, String>) -> Result<T, Failure> {
    value.map_err(|what| Failure::Failed(format!("The node's answer makes no sense ({what}). Use another node.")))
}

#[cfg(test)]
mod tests {
    use rpc::Refusal;

    use super::*;

    fn refusal(code: i64, message: &str) -> RpcError {
        let refusal = Refusal { code, message: message.to_string(), data: None };
        RpcError::Refused { endpoint: "The node".into(), method: SEND.into(), refusal }
    }

    fn refused(code: i64, message: &str) -> String {
        failed(refusal(code, message)).to_string()
    }

    #[test]
    fn what_a_node_refused_does_not_come_unless_it_may_have_been_taken_before() {
        let is = |message| is_never_sent(&refusal(-32_000, message));
        assert!(is("insufficient funds for gas * price + value: balance 0, tx cost 7, overshot 7"));
        assert!(is("intrinsic gas too low"));
        // Another node took it, and did not answer.
        assert!(!is("already known"));
        assert!(!is("nonce too low: next nonce 5, tx nonce 4"));
    }

    #[test]
    fn who_cannot_pay_the_fee_is_told_so_by_any_node() {
        // Anvil, Geth.
        let said = [
            refused(-32_003, "Insufficient funds for gas * price + value"),
            refused(-32_000, "insufficient funds for gas * price + value: balance 0, tx cost 7, overshot 7"),
        ];
        for sentence in said {
            assert!(sentence.contains("not enough of the network's own coin for the fee"), "{sentence}");
        }
    }

    #[test]
    fn what_a_node_says_else_is_told() {
        assert!(refused(-32_000, "nonce too low").ends_with("It says: nonce too low"));
    }
}
