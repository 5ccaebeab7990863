//! Finding out whether a node cut its answer without a word.
//!
//! Some cut at a round number, such as 100. So an answer of a round number of logs is read again in halves: where those
//! have more, the endpoint cuts there, and is remembered for it; where they do not, it gave all.

use serde_json::{Value, json};

use crate::{
    BoxFuture, Client, Filter, Header, RawLog, RpcError,
    chain::log,
    client::{Call, pieces::Asked},
    endpoint::failure::Failure,
    value,
};

/// Numbers that are suspicious are multiples of this.
const ROUND: usize = 100;

impl Client {
    /// The logs of a range if they are all of it; `None` where the answer was cut and a narrower range has to be asked
    /// for.
    pub(crate) async fn complete(
        &self,
        filter: &Filter,
        from: u64,
        endpoint: usize,
        logs: Vec<RawLog>,
        end: Header,
    ) -> Result<Option<Vec<RawLog>>, RpcError> {
        let count = logs.len();
        let learnt = self.endpoint(endpoint).learnt();
        if learnt.cut.is_some_and(|cut| count >= cut) {
            return Ok(None);
        }
        let is_suspicious = is_round(count) && count > learnt.whole;
        if !is_suspicious {
            if learnt.cut.is_none() {
                self.endpoint(endpoint).learn(|learnt| learnt.whole = learnt.whole.max(count));
            }
            return Ok(Some(logs));
        }
        if end.number == from {
            // One block cannot be halved; its logs are counted in another way.
            return Ok(None);
        }
        let found = self.in_halves(filter, from, end.number).await?;
        let is_cut = found.len() > count;
        self.endpoint(endpoint).learn(|learnt| {
            if is_cut {
                learnt.cut = Some(learnt.cut.map_or(count, |cut| cut.min(count)));
            } else {
                learnt.whole = learnt.whole.max(count);
            }
        });
        Ok(Some(if is_cut { found } else { logs }))
    }

    /// The logs of a range from both of its halves, each halved again where its number is round.
    fn in_halves<'a>(&'a self, filter: &'a Filter, from: u64, to: u64) -> BoxFuture<'a, Result<Vec<RawLog>, RpcError>> {
        Box::pin(async move {
            let middle = from + (to - from) / 2;
            let mut all = Vec::new();
            for (first, last) in [(from, middle), (middle + 1, to)] {
                if first > last {
                    continue;
                }
                match self.ask_logs(filter, first, last).await? {
                    Asked::Logs { logs, .. } if !is_round(logs.len()) => all.extend(logs),
                    Asked::Logs { end, .. } if first == last => all.extend(self.dense_block(filter, &end).await?),
                    Asked::Logs { .. } | Asked::TooWide { .. } if first < last => {
                        all.extend(self.in_halves(filter, first, last).await?);
                    }
                    Asked::Logs { endpoint, .. } | Asked::TooWide { endpoint, .. } => {
                        return Err(RpcError::TooNarrow { endpoint: self.endpoint(endpoint).label.clone() });
                    }
                    Asked::Unknown { error, .. } => return Err(error),
                }
            }
            log::sort(&mut all);
            Ok(all)
        })
    }

    /// The logs of one block that has a round number of them or more than the node gives at once: from the receipts of
    /// its transactions, else contract by contract.
    pub(crate) fn dense_block<'a>(
        &'a self,
        filter: &'a Filter,
        header: &'a Header,
    ) -> BoxFuture<'a, Result<Vec<RawLog>, RpcError>> {
        Box::pin(async move {
            if let Some(logs) = self.logs_of_receipts(filter, header).await? {
                return Ok(logs);
            }
            let logs = self.logs_of_block(filter, header).await;
            if let Ok(logs) = &logs
                && !is_round(logs.len())
            {
                return Ok(logs.clone());
            }
            match filter.halves() {
                Some(halves) => {
                    let mut all = Vec::new();
                    for half in &halves {
                        all.extend(self.dense_block(half, header).await?);
                    }
                    log::sort(&mut all);
                    Ok(all)
                }
                None => match logs {
                    // One contract, a round number, and no other way to count: believed unless the node is known to cut.
                    Ok(logs) if !self.cuts_at(logs.len()) => Ok(logs),
                    Ok(_) => Err(RpcError::Incomplete {
                        endpoint: self.endpoint(self.status().endpoint).label.clone(),
                        block: header.number,
                    }),
                    Err(error) => Err(error),
                },
            }
        })
    }

    fn cuts_at(&self, count: usize) -> bool {
        self.endpoint(self.status().endpoint).learnt().cut.is_some_and(|cut| count >= cut)
    }

    /// The logs of a block from all of its receipts; `None` where the node does not give these.
    async fn logs_of_receipts(&self, filter: &Filter, header: &Header) -> Result<Option<Vec<RawLog>>, RpcError> {
        let method = "eth_getBlockReceipts";
        let calls = [Call::new(method, json!([value::number(header.number)]))];
        let mut found: Option<Vec<RawLog>> = None;
        let read = &mut |values: &[Result<Value, Failure>]| {
            let receipts = values.first().and_then(|receipts| receipts.as_ref().ok()?.as_array());
            found = receipts.map(|receipts| of_receipts(receipts)).transpose()?;
            Ok(())
        };
        let mut answered = self.ask_reading(&calls, read).await?;
        match answered.values.pop() {
            Some(Ok(_) | Err(Failure::Declined(_) | Failure::Broken(_) | Failure::Behind)) | None => {}
            Some(Err(failure)) => return Err(self.error(answered.endpoint, method, failure)),
        }
        let Some(mut logs) = found else { return Ok(None) };
        logs.retain(|log| filter.asks_for_contract(&log.address) && filter.matches(&log.raw.topics));
        if logs.iter().any(|log| log.block_hash != header.hash) {
            return Err(RpcError::Moved { block: header.number });
        }
        for log in &mut logs {
            log.at = header.at;
        }
        log::sort(&mut logs);
        Ok(Some(logs))
    }
}

/// The logs in the receipts of a block.
fn of_receipts(receipts: &[Value]) -> Result<Vec<RawLog>, String> {
    let logs = receipts.iter().filter_map(|receipt| receipt["logs"].as_array()).flatten();
    Ok(logs.map(RawLog::read).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// Whether a number of logs is one at which nodes cut.
fn is_round(count: usize) -> bool {
    count > 0 && count.is_multiple_of(ROUND)
}
