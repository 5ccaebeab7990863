//! Blocks, calls and the logs of single blocks.

use std::sync::atomic::Ordering;

use futures::{StreamExt, TryStreamExt, stream};
use protocol::Address;
use serde_json::{Value, json};

use crate::{
    Client, Filter, Header, RawLog, RpcError,
    chain::log,
    client::{Call, question::Sought},
    endpoint::failure::Failure,
    value,
};

/// Headers asked for at once.
const CONCURRENT: usize = 8;
const BLOCK: &str = "eth_getBlockByNumber";
const LOGS: &str = "eth_getLogs";

impl Client {
    /// The newest block, as the back end has it that happens to answer; [`crate::Status::behind`] says how far that is
    /// behind what was seen before. Where it is old, other endpoints are asked whether they are further.
    ///
    /// # Errors
    /// [`RpcError`].
    pub async fn head(&self) -> Result<Header, RpcError> {
        let readable = |found: Option<Header>| found.map(drop).ok_or("no newest block");
        let (endpoint, Some(header)) = self.block_as(json!("latest"), &readable).await? else {
            return Err(self.unreadable(self.status().endpoint, BLOCK, "no newest block"));
        };
        self.saw(header.number);
        let Some((position, newer)) = self.overtaken(endpoint, &header).await else { return Ok(header) };
        self.saw(newer.number);
        self.inner.last.store(position, Ordering::Relaxed);
        Ok(newer)
    }

    /// A block by its number; `None` where the chain was never seen to be that high.
    ///
    /// # Errors
    /// [`RpcError`]; [`RpcError::Behind`] where the block was seen before and no back end is found that has it.
    pub async fn header(&self, number: u64) -> Result<Option<Header>, RpcError> {
        let readable = |found: Option<Header>| match found {
            Some(header) if header.number != number => Err("another block than the one asked for"),
            _ => Ok(()),
        };
        let mut sought = Sought::default();
        loop {
            match self.block_as(value::number(number), &readable).await? {
                (_, Some(header)) => {
                    self.has(number);
                    return Ok(Some(header));
                }
                (_, None) if number > self.tallest() => return Ok(None),
                (endpoint, None) => {
                    if !self.goes_on(&mut sought, endpoint).await {
                        return Err(self.behind(endpoint, number));
                    }
                }
            }
        }
    }

    pub(crate) async fn block(&self, which: Value) -> Result<Option<Header>, RpcError> {
        Ok(self.block_as(which, &|_| Ok(())).await?.1)
    }

    /// A block, and the position of the endpoint that told of it. An endpoint has failed where `readable` says so.
    async fn block_as(
        &self,
        which: Value,
        readable: &(dyn Fn(Option<Header>) -> Result<(), &'static str> + Send + Sync),
    ) -> Result<(usize, Option<Header>), RpcError> {
        let reads = |block: &Value| Ok(readable(Header::read(block)?)?);
        let (endpoint, block) = self.asked(BLOCK.into(), json!([which, false]), &reads).await?;
        let header = Header::read(&block).map_err(|what| self.unreadable(endpoint, BLOCK, &what))?;
        Ok((endpoint, header))
    }

    /// Asks a view of a contract about the newest state, of a back end that is not behind.
    ///
    /// # Errors
    /// [`RpcError`]; [`RpcError::Refused`] with data where the call reverts.
    pub async fn call(&self, from: Option<Address>, to: Address, data: &[u8]) -> Result<Vec<u8>, RpcError> {
        let params = json!([message(from, to, data), "latest"]);
        let answer = self.asked_fresh("eth_call", params, &|answer| value::bytes(answer).map(drop)).await?;
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
        let params = json!([message(None, to, data), value::number(block)]);
        let readable = |answer: &Value| value::bytes(answer).map(drop);
        let (endpoint, answer) = self.asked("eth_call".into(), params, &readable).await?;
        value::bytes(&answer).map_err(|what| self.unreadable(endpoint, "eth_call", &what))
    }

    /// The logs of one block, which a node that does not have it must refuse.
    ///
    /// # Errors
    /// [`RpcError`].
    pub async fn logs_of_block(&self, filter: &Filter, header: &Header) -> Result<Vec<RawLog>, RpcError> {
        let mut logs = Vec::new();
        for part in filter.parts() {
            let mut sought = Sought::default();
            logs.extend(loop {
                let calls = [Call::logs(part.in_block(&header.hash), 1)];
                let mut found = None;
                let read = &mut |values: &[Result<Value, Failure>]| {
                    let logs = values.first().and_then(|logs| logs.as_ref().ok());
                    found = logs.map(|logs| RawLog::read_all(logs, &part)).transpose()?;
                    Ok(())
                };
                let mut answered = self.ask_reading(&calls, read).await?;
                let endpoint = answered.endpoint;
                match (answered.values.pop(), found) {
                    (_, Some(logs)) => break logs,
                    (Some(Err(failure)), None) => {
                        // Nodes have many words for a block they do not have; a few more tries cost little.
                        let may_come = matches!(failure, Failure::Behind | Failure::Declined(_));
                        if !may_come || !self.goes_on(&mut sought, endpoint).await {
                            return Err(self.error(endpoint, LOGS, failure));
                        }
                    }
                    _ => return Err(self.unreadable(endpoint, LOGS, "no answer at all")),
                }
            });
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
