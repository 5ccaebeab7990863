//! Reading logs over a range of blocks, in pieces that the endpoint takes.

use serde_json::{Value, json};

use crate::{
    Client, Filter, Header, RawLog, RpcError,
    chain::log,
    client::{Call, question::Sought},
    endpoint::{failure::Failure, span::TooWide},
    value,
};

const LOGS: &str = "eth_getLogs";
const BLOCK: &str = "eth_getBlockByNumber";

/// The logs of the first blocks of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// In the chain's order, each once, with the times of their blocks.
    pub logs: Vec<RawLog>,
    /// The last block that was read.
    pub end: Header,
}

/// What one question for logs came to.
pub(crate) enum Asked {
    Logs {
        endpoint: usize,
        logs: Vec<RawLog>,
        end: Box<Header>,
    },
    TooWide {
        endpoint: usize,
        why: TooWide,
    },
    /// Declined in words that nobody has heard before: perhaps the range.
    Unknown {
        endpoint: usize,
        error: RpcError,
    },
}

impl Client {
    /// All logs from one block to another, both included.
    ///
    /// # Errors
    /// [`RpcError`]; [`RpcError::Behind`] where `to` is higher than what the node has.
    pub async fn logs(&self, filter: &Filter, from: u64, to: u64) -> Result<Piece, RpcError> {
        let mut piece = self.piece(filter, from, to).await?;
        while piece.end.number < to {
            let mut next = self.piece(filter, piece.end.number + 1, to).await?;
            piece.logs.append(&mut next.logs);
            piece.end = next.end;
        }
        Ok(piece)
    }

    /// The logs of as many blocks from `from` on as the endpoint gives at once, up to `to`. What comes next begins
    /// after [`Piece::end`].
    ///
    /// # Errors
    /// [`RpcError`]; [`RpcError::Behind`] where the node does not have the blocks.
    pub async fn piece(&self, filter: &Filter, from: u64, to: u64) -> Result<Piece, RpcError> {
        let mut parts = filter.parts();
        let first = parts.next().unwrap_or_else(|| filter.clone());
        let mut piece = self.piece_of(&first, from, to).await?;
        for part in parts {
            let to = piece.end.number;
            let mut read = self.piece_of(&part, from, to).await?;
            piece.logs.append(&mut read.logs);
            while read.end.number < to {
                read = self.piece_of(&part, read.end.number + 1, to).await?;
                piece.logs.append(&mut read.logs);
            }
            if read.end.hash != piece.end.hash {
                return Err(RpcError::Moved { block: to });
            }
        }
        log::sort(&mut piece.logs);
        Ok(piece)
    }

    /// The same for as many contracts as nodes take at once.
    async fn piece_of(&self, filter: &Filter, from: u64, to: u64) -> Result<Piece, RpcError> {
        let mut most = u64::MAX;
        // An unknown refusal may be about the range, once: then the next, half as wide, is not refused so.
        let mut suspected: Option<(usize, u64)> = None;
        loop {
            let preferred = self.status().endpoint;
            let width = self.endpoint(preferred).learnt().span.width().min(most).max(1);
            let end = to.min(from.saturating_add(width - 1)).max(from);
            let asked = end - from + 1;
            match self.ask_logs(filter, from, end).await? {
                Asked::Logs { endpoint, logs, end: header } => {
                    let header = *header;
                    if let Some((suspect, declined)) = suspected.filter(|(suspect, _)| *suspect == endpoint) {
                        self.endpoint(suspect).narrow(declined, TooWide::Blocks(None));
                    }
                    self.endpoint(endpoint).learn(|learnt| learnt.span.answered(asked));
                    match self.complete(filter, from, endpoint, logs, header).await? {
                        Some(logs) => return self.finish(filter, logs, header).await,
                        // The answer was cut; fewer blocks have fewer logs.
                        None if asked > 1 => {
                            self.endpoint(endpoint).narrow(asked, TooWide::Logs);
                            most = asked / 2;
                        }
                        None => {
                            let logs = self.dense_block(filter, &header).await?;
                            return self.finish(filter, logs, header).await;
                        }
                    }
                }
                Asked::TooWide { endpoint, why } if asked > 1 => {
                    self.endpoint(endpoint).narrow(asked, why);
                    most = match why {
                        TooWide::Blocks(Some(told)) if told < asked => told.max(1),
                        _ => asked / 2,
                    };
                }
                Asked::TooWide { .. } => {
                    let Some(header) = self.header(from).await? else { return Err(self.behind(preferred, from)) };
                    let logs = self.dense_block(filter, &header).await?;
                    return self.finish(filter, logs, header).await;
                }
                Asked::Unknown { endpoint, error } => {
                    if asked == 1 || suspected.is_some() {
                        return Err(error);
                    }
                    suspected = Some((endpoint, asked));
                    most = asked / 2;
                }
            }
        }
    }

    /// Asks for the logs of a range together with its last block, so that one back end answers both: one that is
    /// behind leaves out logs without a word, but does not have the block.
    pub(crate) async fn ask_logs(&self, filter: &Filter, from: u64, to: u64) -> Result<Asked, RpcError> {
        let mut sought = Sought::default();
        loop {
            let calls = [
                Call::logs(filter.between(from, to), to - from + 1),
                Call::new(BLOCK, json!([value::number(to), false])),
            ];
            let mut range = Range::default();
            let read = &mut |values: &[Result<Value, Failure>]| {
                range = Range::read(values, filter, from, to)?;
                Ok(())
            };
            let answered = self.ask_reading(&calls, read).await?;
            let endpoint = answered.endpoint;
            match answered.values.into_iter().next() {
                Some(Ok(_) | Err(Failure::Behind)) => {}
                Some(Err(Failure::TooWide(why))) => return Ok(Asked::TooWide { endpoint, why }),
                Some(Err(Failure::Limited)) => return Ok(Asked::TooWide { endpoint, why: TooWide::Logs }),
                Some(Err(failure @ (Failure::Declined(_) | Failure::Broken(_)))) => {
                    return Ok(Asked::Unknown { endpoint, error: self.error(endpoint, LOGS, failure) });
                }
                Some(Err(failure)) => return Err(self.error(endpoint, LOGS, failure)),
                None => return Err(self.unreadable(endpoint, LOGS, "no answer at all")),
            }
            if let (Some(logs), Some(end)) = (range.logs, range.end) {
                // Logs of another branch than the block: the chain changed between the two.
                if !logs.iter().any(|log| log.block == to && log.block_hash != end.hash) {
                    self.has(to);
                    return Ok(Asked::Logs { endpoint, logs, end: Box::new(end) });
                }
            }
            if !self.goes_on(&mut sought, endpoint).await {
                return Err(self.behind(endpoint, to));
            }
        }
    }

    /// Asks again, by hash, for the logs of the last block where its bloom filter has some and none came; and fills in
    /// times.
    async fn finish(&self, filter: &Filter, mut logs: Vec<RawLog>, end: Header) -> Result<Piece, RpcError> {
        let has_some = logs.last().is_some_and(|log| log.block == end.number);
        // Without topics every log of these contracts would have come.
        let expected = filter.topics.is_empty() && end.bloom.is_some() && end.may_have_logs_of(&filter.addresses);
        if !has_some && expected {
            logs.extend(self.logs_of_block(filter, &end).await?);
        }
        Ok(Piece { logs: self.with_times(logs, &[end]).await?, end })
    }
}

/// What a node has of a range of blocks.
#[derive(Default)]
struct Range {
    logs: Option<Vec<RawLog>>,
    /// The last block of the range; `None` where the node does not have it.
    end: Option<Header>,
}

impl Range {
    /// Reads the answers to a question for logs and one for the last block.
    fn read(values: &[Result<Value, Failure>], filter: &Filter, from: u64, to: u64) -> Result<Self, String> {
        let value = |position: usize| values.get(position).and_then(|value| value.as_ref().ok());
        let logs = value(0).map(|logs| RawLog::read_all(logs, filter)).transpose()?;
        if logs.iter().flatten().any(|log| log.block < from || log.block > to) {
            return Err("a log of a block that was not asked for".to_owned());
        }
        let end = value(1).map(Header::read).transpose()?.flatten();
        Ok(Self { logs, end: end.filter(|block| block.number == to) })
    }
}
