//! Reading the chain in batches that fit the node: small where logs are dense or the node is slow, large where
//! there is nothing. The next batch is fetched while the last one is written.

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use protocol::{Address, Digest};
use tokio::task::JoinHandle;

use super::{IndexError, Sources, sources::Made};
use crate::chain::{Chain, ChainError, Header, RawLog};

const FIRST_SPAN: u64 = 32;
const MAX_SPAN: u64 = 10_000;
/// Logs a batch should hold.
const TARGET: usize = 6_000;
/// Blocks below the head that are looked at one by one.
const RECENT: u64 = 16;

/// A range of blocks with all the house's logs in it.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Hash of the block before the first.
    pub parent: Digest,
    pub to: u64,
    /// Blocks that were looked at one by one, the last block last.
    pub headers: Vec<Header>,
    pub logs: Vec<RawLog>,
    /// Contracts that factories made in these blocks.
    pub(super) made: Made,
}

impl Batch {
    /// The last block.
    pub fn end(&self) -> Option<&Header> {
        self.headers.last()
    }
}

/// Fetches batches one after the other.
#[derive(Debug)]
pub struct Fetcher {
    chain: Arc<Chain>,
    sources: Sources,
    span: u64,
    ahead: Option<Ahead>,
}

#[derive(Debug)]
struct Ahead {
    from: u64,
    to: u64,
    task: JoinHandle<Result<Batch, IndexError>>,
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fetcher {
    pub fn new(chain: Arc<Chain>, sources: Sources) -> Self {
        Self { chain, sources, span: FIRST_SPAN, ahead: None }
    }

    /// The batch that begins at `from` and ends at `target` at the latest.
    ///
    /// # Errors
    /// [`IndexError::Moving`] where the chain has changed, [`IndexError::Chain`] where the node does not answer.
    pub async fn take(&mut self, from: u64, target: u64) -> Result<Batch, IndexError> {
        loop {
            let mut ahead = match self.ahead.take() {
                Some(ahead) if ahead.from == from && ahead.to <= target => ahead,
                _ => self.start(from, target),
            };
            let to = ahead.to;
            let fetched = (&mut ahead.task).await.unwrap_or(Err(IndexError::Moving));
            match fetched {
                Ok(batch) => {
                    match batch.logs.len() {
                        logs if logs > 2 * TARGET => self.span = (self.span / 2).max(1),
                        logs if logs < TARGET => self.span = (self.span * 2).min(MAX_SPAN),
                        _ => {}
                    }
                    self.sources.add(&batch.made);
                    return Ok(batch);
                }
                // Nodes refuse or never finish ranges that are too wide, each in its own words.
                Err(IndexError::Chain(ChainError::Rpc { .. } | ChainError::Timeout { .. })) if to > from => {
                    self.span = ((to - from).div_ceil(2)).max(1);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The contracts whose logs are read, with those that the batches taken so far say were made.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Begins to fetch the batch from `from` in the background.
    pub fn prefetch(&mut self, from: u64, target: u64) {
        self.ahead = (from <= target).then(|| self.start(from, target));
    }

    /// Drops what was fetched ahead, and with it models that may never have been made: the chain has changed.
    pub fn forget(&mut self, sources: Sources) {
        self.ahead = None;
        self.sources = sources;
    }

    fn start(&self, from: u64, target: u64) -> Ahead {
        let to = target.min(from + self.span - 1);
        let (chain, sources) = (self.chain.clone(), self.sources.clone());
        let recent = (target + 1).saturating_sub(RECENT);
        Ahead { from, to, task: tokio::spawn(async move { fetch(&chain, &sources, from, to, recent).await }) }
    }
}

/// Reads a range and makes sure that all of it was read from one chain: its last block is the same before and after,
/// and the block before its first is asked for afterwards. Blocks from `recent` on are looked at one by one: a node
/// behind a balancer may know a block, but not yet its logs.
async fn fetch(chain: &Chain, sources: &Sources, from: u64, to: u64, recent: u64) -> Result<Batch, IndexError> {
    let end = chain.header(to).await?.ok_or(IndexError::Moving)?;
    let addresses = sources.addresses();
    let mut logs = chain.logs(&addresses, from, to).await?;
    let mut headers: Vec<Header> = stream::iter(recent.max(from)..to)
        .map(|number| async move { chain.header(number).await?.ok_or(IndexError::Moving) })
        .buffered(8)
        .try_collect()
        .await?;
    headers.push(end);
    fill(chain, &addresses, &headers, &mut logs).await?;
    // A model's logs were not asked for before it was known. Its own creation may emit some before the factory's.
    let made = sources.made_in(&logs);
    if let Some(first) = sources.first_made_in(&logs) {
        let addresses: Vec<Address> = made.keys().copied().collect();
        let mut theirs = chain.logs(&addresses, first, to).await?;
        let since = headers.partition_point(|header| header.number < first);
        fill(chain, &addresses, &headers[since..], &mut theirs).await?;
        logs.append(&mut theirs);
        logs.sort_by_key(|log| (log.block, log.log_index));
    }
    let after = chain.header(to);
    let parent = async {
        match from {
            0 => Ok(Some(Digest::ZERO)),
            _ if from == to => Ok(Some(end.parent)),
            _ => chain.header(from - 1).await.map(|header| header.map(|h| h.hash)),
        }
    };
    let (after, parent) = tokio::try_join!(after, parent)?;
    let (Some(after), Some(parent)) = (after, parent) else { return Err(IndexError::Moving) };
    let torn = logs.windows(2).any(|pair| pair[0].block == pair[1].block && pair[0].block_hash != pair[1].block_hash)
        || headers.iter().any(|h| logs.iter().any(|log| log.block == h.number && log.block_hash != h.hash))
        || headers.windows(2).any(|pair| pair[1].parent != pair[0].hash);
    if after.hash != end.hash || torn {
        return Err(IndexError::Moving);
    }
    Ok(Batch { parent, to, headers, logs, made })
}

/// Asks by hash for the logs of blocks that may have some and of which none came: so, a node must answer or refuse.
async fn fill(
    chain: &Chain,
    addresses: &[Address],
    headers: &[Header],
    logs: &mut Vec<RawLog>,
) -> Result<(), IndexError> {
    for header in headers.iter().filter(|header| header.may_have_logs_of(addresses)) {
        let have = logs.partition_point(|log| log.block < header.number);
        if logs.get(have).is_none_or(|log| log.block != header.number) {
            let missing = chain.logs_of_block(addresses, header).await?;
            logs.splice(have..have, missing);
        }
    }
    Ok(())
}
