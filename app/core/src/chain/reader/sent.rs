//! What the chain says of sent transactions, and what sending one will cost.

use protocol::{Address, Digest};
use rpc::{Filter, KnownChain, value};
use sending::{CallPrint, Known, Taker, fee};
use serde_json::{Value, json};

use super::{ChainError, Reader, bytes, decoded};

/// Transactions of others that are read in the search for one that carried out a call.
const READ: usize = 40;

impl Reader {
    /// Hash of the chain's first block.
    pub async fn genesis(self) -> Result<Option<Digest>, ChainError> {
        Ok(self.client().header(0).await?.map(|header| header.hash))
    }

    /// A transaction as the nodes have it, mined or not.
    pub async fn known(self, hash: Digest) -> Result<Option<Known>, ChainError> {
        let transaction = self.ask("eth_getTransactionByHash", json!([hash])).await?;
        if transaction.is_null() {
            return Ok(None);
        }
        let block = &transaction["blockNumber"];
        Ok(Some(Known {
            from: decoded(value::address(&transaction["from"]))?,
            nonce: decoded(value::quantity(&transaction["nonce"]))?,
            block: if block.is_null() { None } else { Some(decoded(value::quantity(block))?) },
        }))
    }

    /// The transaction of an account that has this number in a block after `after`; `None` where that cannot be found.
    pub async fn taker(
        self,
        account: Address,
        number: u64,
        after: u64,
        (to, call): (Option<Address>, Option<CallPrint>),
    ) -> Result<Option<Taker>, ChainError> {
        let counted = async |block: u64| -> Result<u64, ChainError> {
            let count = self.ask("eth_getTransactionCount", json!([account, value::number(block)])).await?;
            decoded(value::quantity(&count))
        };
        let (mut low, mut high) = (after, self.client().head().await?.number);
        if low >= high || counted(high).await? <= number || counted(low).await? > number {
            return Ok(None);
        }
        // The number is free after block `low` and used after block `high`.
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if counted(middle).await? > number { high = middle } else { low = middle }
        }
        let block = self.ask("eth_getBlockByNumber", json!([value::number(high), true])).await?;
        let all = block["transactions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_it = |transaction: &&Value| {
            value::address(&transaction["from"]) == Ok(account) && value::quantity(&transaction["nonce"]) == Ok(number)
        };
        let Some(transaction) = all.iter().find(is_it) else { return Ok(None) };
        let same_to = to.is_some() && value::address(&transaction["to"]).ok() == to;
        let same_call = call.is_some_and(|call| bytes(&transaction["input"]).is_ok_and(|input| call.is_of(&input)));
        let hash = decoded(value::digest(&transaction["hash"]))?;
        Ok(Some(Taker { hash, block: high, is_same: same_to && same_call }))
    }

    /// The transaction after block `after` by which somebody carried out this call for the account, as wallets with several
    /// signers do: its input holds the call data, and the called contract told of the account in it. Whoever only copies
    /// the call data does not make the contract name this account.
    pub async fn effect(
        self,
        account: Address,
        to: Address,
        call: CallPrint,
        after: u64,
    ) -> Result<Option<Digest>, ChainError> {
        let client = self.client();
        let head = client.head().await?.number;
        if head <= after {
            return Ok(None);
        }
        let piece = client.logs(&Filter::of([to]), after + 1, head).await?;
        let mut topic = Digest::ZERO;
        topic.0[12..].copy_from_slice(&account.0);
        let mut hashes: Vec<Digest> =
            piece.logs.iter().rev().filter(|log| log.raw.topics.contains(&topic)).map(|log| log.tx).collect();
        hashes.dedup();
        for hash in hashes.into_iter().take(READ) {
            let transaction = self.ask("eth_getTransactionByHash", json!([hash])).await?;
            if bytes(&transaction["input"]).is_ok_and(|input| call.is_within(&input)) {
                return Ok(Some(hash));
            }
        }
        Ok(None)
    }

    /// What a call will cost as a fragment of a sentence; `None` where the node does not tell.
    pub async fn fee(self, from: Address, to: Address, data: &[u8]) -> Option<String> {
        let chain = KnownChain::of(self.deployment().chain_id);
        let call = json!([{"from": from, "to": to, "data": value::hexed(data)}]);
        let gas = async { value::quantity(&self.ask("eth_estimateGas", call).await.ok()?).ok() };
        let price = async {
            let history = self.ask("eth_feeHistory", fee::history_params()).await.ok()?;
            match fee::price(&history) {
                Some(price) => Some(price),
                None => value::large_quantity(&self.ask("eth_gasPrice", json!([])).await.ok()?).ok(),
            }
        };
        // OP chains charge for putting the transaction on Ethereum besides.
        let l1 = async {
            let oracle: Address = fee::L1_FEE_ORACLE.parse().ok().filter(|_| chain.has_l1_fee)?;
            let word = self.call(None, oracle, fee::l1_call(data)).await.ok()?;
            Some(u128::from_be_bytes(*word.last_chunk()?))
        };
        let (gas, price, l1) = futures::join!(gas, price, l1);
        // Without its L1 part the fee of such a chain would be told far too low.
        let l1 = if chain.has_l1_fee { l1? } else { 0 };
        Some(fee::in_words(gas?, price?, l1, chain.currency))
    }
}
