//! Logs of contracts, not yet decoded.

use protocol::{Address, Digest, FamilyEvent, Logged, api::LogRow};
use serde_json::Value;

use crate::{Filter, value};

/// A log as a node tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLog {
    /// The contract that emitted it.
    pub address: Address,
    /// Height of its block.
    pub block: u64,
    /// Hash of its block.
    pub block_hash: Digest,
    /// Position among all logs of its block.
    pub log_index: u64,
    /// The transaction that emitted it.
    pub tx: Digest,
    /// Time of the block, seconds since the epoch; zero where the node did not tell it with the log.
    pub at: u64,
    /// What it says, for who decodes it.
    pub raw: protocol::RawLog,
}

impl RawLog {
    /// Reads one log; `None` for one of a pending block, and for one that a node takes back (`removed`): such a log is
    /// of a block that is no longer on the chain.
    ///
    /// # Errors
    /// What is wrong with it, a fragment of a sentence.
    pub fn read(log: &Value) -> Result<Option<Self>, String> {
        if log["removed"] == Value::Bool(true) || log["blockHash"].is_null() || log["blockNumber"].is_null() {
            return Ok(None);
        }
        let at = match &log["blockTimestamp"] {
            Value::Null => 0,
            at => value::quantity(at)?,
        };
        Ok(Some(Self {
            address: value::address(&log["address"])?,
            block: value::quantity(&log["blockNumber"])?,
            block_hash: value::digest(&log["blockHash"])?,
            log_index: value::quantity(&log["logIndex"])?,
            tx: value::digest(&log["transactionHash"])?,
            at,
            raw: value::raw_log(log)?,
        }))
    }

    /// The event that a family reads from this log, with the log's place in the chain.
    pub fn place<E: FamilyEvent>(&self, subject: E::Subject, event: E) -> Logged<E> {
        Logged {
            subject,
            block: self.block,
            block_hash: self.block_hash,
            log_index: self.log_index,
            tx: self.tx,
            at: self.at,
            event,
        }
    }

    /// Reads what `eth_getLogs` answers: in the chain's order, each log once.
    ///
    /// # Errors
    /// What is wrong with it; a log that `filter` does not ask for is.
    pub(crate) fn read_all(answer: &Value, filter: &Filter) -> Result<Vec<Self>, String> {
        let logs = answer.as_array().ok_or("no list of logs")?;
        let read: Result<Vec<Option<Self>>, String> = logs.iter().map(Self::read).collect();
        let mut logs: Vec<Self> = read?.into_iter().flatten().collect();
        if logs.iter().any(|log| !filter.asks_for_contract(&log.address)) {
            return Err("a log of another contract".to_owned());
        }
        // Some nodes leave part of a filter unheeded; what was not asked for is no harm.
        logs.retain(|log| filter.matches(&log.raw.topics));
        sort(&mut logs);
        Ok(logs)
    }
}

impl From<&RawLog> for LogRow {
    fn from(log: &RawLog) -> Self {
        Self {
            address: log.address,
            block: log.block,
            block_hash: log.block_hash,
            log_index: log.log_index,
            tx: log.tx,
            at: log.at,
            topics: log.raw.topics.clone(),
            data: value::hexed(&log.raw.data),
        }
    }
}

impl RawLog {
    /// A log that was written down, or sent by somebody; `None` where its data are not hexadecimal.
    pub fn of_row(row: LogRow) -> Option<Self> {
        let data = hex::decode(row.data.strip_prefix("0x").unwrap_or(&row.data)).ok()?;
        Some(Self {
            address: row.address,
            block: row.block,
            block_hash: row.block_hash,
            log_index: row.log_index,
            tx: row.tx,
            at: row.at,
            raw: protocol::RawLog { topics: row.topics, data },
        })
    }
}

/// Puts logs into the chain's order, each once.
pub(crate) fn sort(logs: &mut Vec<RawLog>) {
    logs.sort_by_key(|log| (log.block, log.log_index));
    logs.dedup_by_key(|log| (log.block, log.block_hash, log.log_index));
}
