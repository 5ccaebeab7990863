//! Blocks, calls and the logs of single blocks.

use futures::{StreamExt, TryStreamExt, stream};
use protocol::Address;
use serde_json::{Value, json};

use crate::{
    Client, Filter, Header, RawLog, RpcError,
    chain::log,
    client::{BEHIND_TRIES, Call},
    endpoint::failure::Failure,
    value,
};

/// Headers asked for at once.
const CONCURRENT: usize = 8;
const BLOCK: &str = "eth_getBlockByNumber";
const LOGS: &str = "eth_getLogs";

impl Client {
    /// The newest block, as the back end has it that happens to answer; [`crate::Status::behind`] says how far that is
    /// behind what was seen before.
    ///
    /// # Errors
    /// [`RpcError`].
    pub async fn head(&self) -> Result<Header, RpcError> {
        match self.block(json!("latest")).await? {
            Some(header) => {
                self.saw(header.number);
                Ok(header)
            }
            None => Err(self.unreadable(self.status().endpoint, BLOCK, "no newest block")),
        }
    }

    /// A block by its number; `None` where the chain was never seen to be that high.
    ///
    /// # Errors
    /// [`RpcError`]; [`RpcError::Behind`] where the block was seen before and no back end is found that has it.
    pub async fn header(&self, number: u64) -> Result<Option<Header>, RpcError> {
        let mut tries = 0;
        loop {
            match self.block(value::number(number)).await? {
                Some(header) if header.number == number => {
                    self.has(number);
                    return Ok(Some(header));
                }
                Some(_) => {
                    return Err(self.unreadable(self.status().endpoint, BLOCK, "another block than the one asked for"));
                }
                None if number > self.tallest() => return Ok(None),
                None if tries >= BEHIND_TRIES => return Err(self.behind(self.status().endpoint, number)),
                None => self.pause_behind(&mut tries).await,
            }
        }
    }

    /// A block of this height is there; which says nothing about how far the node is.
    pub(crate) fn has(&self, number: u64) {
        if number > self.tallest() {
            self.saw(number);
        }
    }

    pub(crate) async fn block(&self, which: Value) -> Result<Option<Header>, RpcError> {
        let block = self.request(BLOCK, json!([which, false])).await?;
        Header::read(&block).map_err(|what| self.unreadable(self.status().endpoint, BLOCK, &what))
    }

    /// Asks a view of a contract about the newest state, of a back end that is not behind.
    ///
    /// # Errors
    /// [`RpcError`]; [`RpcError::Refused`] with data where the call reverts.
    pub async fn call(&self, from: Option<Address>, to: Address, data: &[u8]) -> Result<Vec<u8>, RpcError> {
        let answer = self.request_fresh("eth_call", json!([message(from, to, data), "latest"])).await?;
        value::bytes(&answer).map_err(|what| self.unreadable(self.status().endpoint, "eth_call", &what))
    }

    /// As [`Self::call`], within so much gas, that of its own data included.
    ///
    /// # Errors
    /// [`RpcError`]; [`RpcError::Refused`] where the call reverts or the gas does not suffice, which nodes tell in many words.
    pub async fn call_within(&self, gas: u64, to: Address, data: &[u8]) -> Result<Vec<u8>, RpcError> {
        let mut message = message(None, to, data);
        message["gas"] = value::number(gas);
        let answer = self.request_fresh("eth_call", json!([message, "latest"])).await?;
        value::bytes(&answer).map_err(|what| self.unreadable(self.status().endpoint, "eth_call", &what))
    }

    /// Asks a view of a contract about the state after a block.
    ///
    /// # Errors
    /// [`RpcError`]; [`RpcError::Refused`] with data where the call reverts.
    pub async fn call_at(&self, block: u64, to: Address, data: &[u8]) -> Result<Vec<u8>, RpcError> {
        let answer = self.request("eth_call", json!([message(None, to, data), value::number(block)])).await?;
        value::bytes(&answer).map_err(|what| self.unreadable(self.status().endpoint, "eth_call", &what))
    }

    /// The logs of one block, which a node that does not have it must refuse.
    ///
    /// # Errors
    /// [`RpcError`].
    pub async fn logs_of_block(&self, filter: &Filter, header: &Header) -> Result<Vec<RawLog>, RpcError> {
        let mut logs = Vec::new();
        for part in filter.parts() {
            let mut tries = 0;
            let answer = loop {
                let call = Call::logs(part.in_block(&header.hash), 1);
                let mut answered = self.ask(&[call], None).await?;
                match answered.values.pop() {
                    Some(Ok(value)) => break value,
                    // Nodes have many words for a block they do not have; a few more tries cost little.
                    Some(Err(Failure::Behind | Failure::Declined(_))) if tries < BEHIND_TRIES => {
                        self.pause_behind(&mut tries).await;
                    }
                    Some(Err(failure)) => return Err(self.error(answered.endpoint, LOGS, failure)),
                    None => return Err(self.unreadable(answered.endpoint, LOGS, "no answer at all")),
                }
            };
            let read = RawLog::read_all(&answer, &part);
            logs.extend(read.map_err(|what| self.unreadable(self.status().endpoint, LOGS, &what))?);
        }
        logs.retain(|log| log.block_hash == header.hash);
        for log in &mut logs {
            log.at = header.at;
        }
        log::sort(&mut logs);
        Ok(logs)
    }

    /// Fills in the times of blocks that came without.
    pub(crate) async fn with_times(&self, mut logs: Vec<RawLog>, known: &[Header]) -> Result<Vec<RawLog>, RpcError> {
        let fill = |logs: &mut Vec<RawLog>, headers: &[Header]| {
            for log in logs.iter_mut().filter(|log| log.at == 0) {
                if let Some(header) = headers.iter().find(|header| header.hash == log.block_hash) {
                    log.at = header.at;
                }
            }
        };
        fill(&mut logs, known);
        let mut unknown: Vec<u64> = logs.iter().filter(|log| log.at == 0).map(|log| log.block).collect();
        unknown.dedup();
        if unknown.is_empty() {
            return Ok(logs);
        }
        let headers: Vec<Option<Header>> =
            stream::iter(unknown).map(|number| self.header(number)).buffered(CONCURRENT).try_collect().await?;
        let headers: Vec<Header> = headers.into_iter().flatten().collect();
        fill(&mut logs, &headers);
        match logs.iter().find(|log| log.at == 0) {
            None => Ok(logs),
            Some(log) => Err(RpcError::Moved { block: log.block }),
        }
    }
}

fn message(from: Option<Address>, to: Address, data: &[u8]) -> Value {
    let mut message = json!({"to": to, "data": value::hexed(data)});
    if let Some(from) = from {
        message["from"] = json!(from);
    }
    message
}
