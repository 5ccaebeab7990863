//! What nodes tell of the transactions by which seats were taken.

use protocol::{Digest, RawLog, keccak};
use rpc::Filter;
use serde_json::{Value, json};
use tasks::{TASKS, calls, returns::ChainHelper};

use crate::chain::{ChainError, Reader, rpc as nodes};

impl Reader {
    /// A signed transaction as it was sent; `None` where the node gives none, or another one.
    pub async fn raw_transaction(self, hash: Digest) -> Option<Vec<u8>> {
        let answer = self.ask("eth_getRawTransactionByHash", json!([hash])).await.ok()?;
        let raw = hex::decode(answer.as_str()?.strip_prefix("0x")?).ok()?;
        (keccak(&[&raw]) == hash).then_some(raw)
    }

    /// What the node tells of a transaction, field by field.
    pub async fn told_transaction(self, hash: Digest) -> Option<Value> {
        self.ask("eth_getTransactionByHash", json!([hash])).await.ok().filter(|told| !told.is_null())
    }

    /// Whether the first two nodes both have a log of tasks in a block that `says` it; `None` where only one node is known.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn two_nodes_say(self, block: u64, says: impl Fn(&RawLog) -> bool) -> Result<Option<bool>, ChainError> {
        let urls = self.nodes();
        if urls.len() < 2 {
            return Ok(None);
        }
        let deployment = self.deployment();
        let filter = Filter::of([deployment.demand(TASKS)?]);
        for url in urls.into_iter().take(2) {
            let logs = nodes::client(&[url], Some(deployment.chain_id)).logs(&filter, block, block).await?.logs;
            if !logs.iter().any(|log| says(&log.raw)) {
                return Ok(Some(false));
            }
        }
        Ok(Some(true))
    }

    /// Who deals for a task, by the contract itself.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn task_helper(self, id: u64) -> Result<ChainHelper, ChainError> {
        let contract = self.deployment().demand(TASKS)?;
        Ok(tasks::returns::helper(&self.call(None, contract, calls::helper(id)).await?)?)
    }
}
