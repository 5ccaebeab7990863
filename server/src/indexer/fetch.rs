//! Reading the chain in batches: small where logs are dense, large where there is nothing, and never more than the
//! nodes take (`rpc`). The next batch is fetched while the last one is written.

pub(in crate::indexer) mod counts;
pub(in crate::indexer) mod gap;
pub(in crate::indexer) mod in_vain;
pub(in crate::indexer) mod late;

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use protocol::{Address, Digest};
use tokio::task::JoinHandle;

use super::{IndexError, Sources, sources::Made};
use crate::chain::{Chain, Header, RawLog};

const FIRST_SPAN: u64 = 32;
const MAX_SPAN: u64 = 10_000;
/// Logs a batch should hold.
const TARGET: usize = 6_000;
/// Blocks below the head that are looked at one by one.
const RECENT: u64 = 16;
/// Blocks before a batch near the head whose logs are read again: some nodes have a block's logs only seconds after
/// the block, with an empty bloom filter until then.
pub(super) const AGAIN: u64 = 16;

/// A range of blocks with all logs of the sources in it.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Hash of the block before the first.
    pub parent: Digest,
    pub to: u64,
    /// Blocks that were looked at one by one, the last block last.
    pub headers: Vec<Header>,
    pub logs: Vec<RawLog>,
    /// Logs of up to [`AGAIN`] blocks before the first, read another time.
    pub again: Vec<RawLog>,
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
    /// No block before is read again.
    first: u64,
    span: u64,
    /// Up to this block, which was read before, at most so many blocks at once: something had been left out.
    narrow: Option<(u64, u64)>,
    ahead: Option<Ahead>,
}

/// Blocks to read at once after so many gaps in a row.
pub(super) fn narrowed(gaps: u32) -> u64 {
    match gaps {
        0 | 1 => 1_000,
        2 => 100,
        3 => 10,
        _ => 1,
    }
}

#[derive(Debug)]
struct Ahead {
    from: u64,
    /// The batch ends here at the latest.
    most: u64,
    task: JoinHandle<Result<Batch, IndexError>>,
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fetcher {
    /// Reads from block `first` on.
    pub fn new(chain: Arc<Chain>, sources: Sources, first: u64) -> Self {
        Self { chain, sources, first, span: FIRST_SPAN, narrow: None, ahead: None }
    }

    /// The batch that begins at `from` and ends at `target` at the latest.
    ///
    /// # Errors
    /// [`IndexError::Moving`] where the chain has changed, [`IndexError::Chain`] where the node does not answer.
    pub async fn take(&mut self, from: u64, target: u64) -> Result<Batch, IndexError> {
        let mut ahead = match self.ahead.take() {
            Some(ahead) if ahead.from == from && ahead.most <= target => ahead,
            _ => self.start(from, target),
        };
        let batch = (&mut ahead.task).await.unwrap_or(Err(IndexError::Moving))?;
        match batch.logs.len() {
            logs if logs > 2 * TARGET => self.span = (self.span / 2).max(1),
            logs if logs < TARGET => self.span = (self.span * 2).min(MAX_SPAN),
            _ => {}
        }
        self.sources.add(&batch.made);
        Ok(batch)
    }

    /// Reads at most `width` blocks at once up to block `until`.
    pub(super) fn narrow(&mut self, until: u64, width: u64) {
        self.narrow = Some((until, width));
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
        let narrow = self.narrow.filter(|(until, _)| from <= *until).map(|(_, width)| width);
        let width = narrow.map_or(self.span, |width| width.min(self.span));
        let most = target.min(from + width - 1);
        let (chain, sources) = (self.chain.clone(), self.sources.clone());
        let recent = if chain.looks_at_each_block() { (target + 1).saturating_sub(RECENT) } else { u64::MAX };
        // Only near the head: what is older has long had its logs.
        let is_near = most == target && narrow.is_none();
        let again = if is_near { from.saturating_sub(AGAIN).max(self.first) } else { from };
        let range = Range { again: again.min(from), from, most, recent };
        Ahead { from, most, task: tokio::spawn(async move { fetch(&chain, &sources, range).await }) }
    }
}

/// What to fetch.
#[derive(Debug, Clone, Copy)]
struct Range {
    /// From here to `from` blocks are read another time.
    again: u64,
    from: u64,
    most: u64,
    /// From here on blocks are looked at one by one: a node behind a balancer may know a block, but not yet its logs.
    recent: u64,
}

/// Reads a range and makes sure that all of it was read from one chain.
async fn fetch(chain: &Chain, sources: &Sources, range: Range) -> Result<Batch, IndexError> {
    let Range { again, from, most, recent } = range;
    let addresses = sources.addresses();
    let mut piece = chain.piece(&addresses, again, most).await?;
    while piece.end.number < from {
        // The node takes fewer blocks than are read again.
        let more = chain.piece(&addresses, piece.end.number + 1, most).await?;
        piece.logs.extend(more.logs);
        piece.end = more.end;
    }
    let (end, to) = (piece.end, piece.end.number);
    let mut logs = piece.logs;
    let earlier = logs.partition_point(|log| log.block < from);
    let again: Vec<RawLog> = logs.drain(..earlier).collect();
    let mut headers: Vec<Header> = stream::iter(recent.clamp(from, to)..to)
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
    let parent = match from {
        0 => Digest::ZERO,
        _ if from == to => end.parent,
        _ => chain.header(from - 1).await?.ok_or(IndexError::Moving)?.hash,
    };
    let torn = logs.windows(2).any(|pair| pair[0].block == pair[1].block && pair[0].block_hash != pair[1].block_hash)
        || headers.iter().any(|h| logs.iter().any(|log| log.block == h.number && log.block_hash != h.hash))
        || headers.windows(2).any(|pair| pair[1].number == pair[0].number + 1 && pair[1].parent != pair[0].hash);
    if torn || from < to && chain.header(to).await?.is_none_or(|after| after.hash != end.hash) {
        return Err(IndexError::Moving);
    }
    Ok(Batch { parent, to, headers, logs, again, made })
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
