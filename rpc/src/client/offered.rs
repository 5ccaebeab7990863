//! Taking old logs from somebody who is quick and not believed, such as a server with an index.
//!
//! What is offered is compared with the chain in places that nobody can foretell: some of its logs, and some stretches
//! of blocks. Any difference, and nothing of it is used. What a comparison of some places cannot find, logs that were
//! left out elsewhere, the counts of the contracts do.

use std::{collections::BTreeSet, time::Duration};

use futures::future::{Either, select};
use protocol::{Digest, api::LogPage};

use crate::{BoxFuture, Client, Filter, Piece, RawLog, RpcError};

/// Pieces that reading everything from the node would take at least, before an offer is worth its comparison.
const WORTH: u64 = 48;
/// Blocks with offered logs that are compared; all of them where there are no more.
const LOGS: usize = 16;
/// Stretches of blocks that are compared wherever they are.
const STRETCHES: usize = 2;
/// Blocks of a stretch at most: what is asked for without the times of blocks costs a question for each.
const STRETCH: u64 = 1_000;
/// Wait for one page, and for all of them. What came until then is used.
const PAGE_PATIENCE: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(20);

/// Where logs can be had that nobody has to believe.
pub trait Offer: Send + Sync {
    /// The logs from a block and a position in it on; `None` where it has none to offer.
    fn page(&self, block: u64, log_index: u64) -> BoxFuture<'_, Option<LogPage>>;
}

/// What became of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offered {
    /// It is what the chain says, as far as it was compared.
    Taken(Box<Piece>),
    /// There was none, or none in time.
    Nothing,
    /// The chain says something else.
    Differs,
}

/// What was offered so far.
#[derive(Debug, Default)]
struct Gathered {
    logs: Vec<RawLog>,
    /// They are complete up to this block, as is said.
    block: u64,
    /// Hash of that block, where it was told.
    hash: Option<Digest>,
}

/// An offer that cannot be one of any chain: logs out of order, doubled, unreadable.
struct Nonsense;

impl Client {
    /// Whether so many blocks take the node so many questions that it is worth asking somebody else first.
    pub fn is_offer_worth(&self, from: u64, to: u64) -> bool {
        let width = self.endpoint(self.status().endpoint).learnt().span.width();
        (to + 1).saturating_sub(from) / width.max(1) >= WORTH
    }

    /// The logs of a filter from one block to another, as somebody offers them, if the chain says the same in all places
    /// that were compared; only of blocks that are final, where the chain says which are.
    ///
    /// # Errors
    /// [`RpcError`] where the node cannot be asked.
    pub async fn offered(&self, filter: &Filter, from: u64, to: u64, offer: &dyn Offer) -> Result<Offered, RpcError> {
        let Ok(mut gathered) = self.gather(from, offer).await else { return Ok(Offered::Differs) };
        if gathered.block < from {
            return Ok(Offered::Nothing);
        }
        // A server gives a subject's logs, of which a question may want a part.
        gathered.logs.retain(|log| filter.asks_for_contract(&log.address) && filter.matches(&log.raw.topics));
        let finalized = self.finality().await?.finalized.map_or(to, |header| header.number);
        let end = gathered.block.min(to).min(finalized);
        if end < from {
            return Ok(Offered::Nothing);
        }
        gathered.logs.retain(|log| log.block <= end);
        let Some(header) = self.header(end).await? else { return Ok(Offered::Nothing) };
        let told = gathered.hash.filter(|_| gathered.block == end);
        if told.is_some_and(|hash| hash != header.hash) {
            return Ok(Offered::Differs);
        }
        match self.agrees(filter, from, end, &gathered.logs).await? {
            true => Ok(Offered::Taken(Box::new(Piece { logs: gathered.logs, end: header }))),
            false => Ok(Offered::Differs),
        }
    }

    /// Whether the chain says the same as these logs of all blocks from one to another, in places chosen by chance.
    ///
    /// # Errors
    /// [`RpcError`] where the node cannot be asked.
    pub async fn agrees(&self, filter: &Filter, from: u64, to: u64, logs: &[RawLog]) -> Result<bool, RpcError> {
        let mut compared = from.checked_sub(1);
        for start in self.places(from, to, logs) {
            if compared.is_some_and(|compared| start <= compared) {
                continue;
            }
            let piece = self.piece(filter, start, to.min(start + STRETCH - 1)).await?;
            let end = piece.end.number;
            let (low, high) =
                (logs.partition_point(|log| log.block < start), logs.partition_point(|log| log.block <= end));
            if logs.get(low..high) != Some(&piece.logs) {
                return Ok(false);
            }
            compared = Some(end);
        }
        Ok(true)
    }

    /// First blocks of what is compared, in order.
    fn places(&self, from: u64, to: u64, logs: &[RawLog]) -> BTreeSet<u64> {
        let random = |below: usize| (self.inner.environment.random() * below as f64) as usize;
        let mut with_logs: Vec<u64> = logs.iter().map(|log| log.block).collect();
        with_logs.dedup();
        let mut places = BTreeSet::new();
        while places.len() < LOGS && !with_logs.is_empty() {
            places.insert(with_logs.swap_remove(random(with_logs.len()).min(with_logs.len() - 1)));
        }
        for _ in 0..STRETCHES {
            let blocks = to.saturating_sub(from) + 1;
            places.insert(from + (random(usize::try_from(blocks).unwrap_or(usize::MAX)) as u64).min(blocks - 1));
        }
        places
    }

    /// Everything that is offered from a block on, as far as it comes in time.
    async fn gather(&self, from: u64, offer: &dyn Offer) -> Result<Gathered, Nonsense> {
        let started = self.now();
        let mut gathered = Gathered::default();
        let (mut block, mut log_index) = (from, 0);
        while self.now().saturating_sub(started) < PATIENCE {
            let page = match select(offer.page(block, log_index), self.inner.environment.sleep(PAGE_PATIENCE)).await {
                Either::Left((Some(page), _)) => page,
                _ => break,
            };
            for row in page.logs {
                let log = RawLog::of_row(row).ok_or(Nonsense)?;
                let place = (log.block, log.log_index);
                let follows = gathered.logs.last().is_none_or(|last| (last.block, last.log_index) < place);
                if !follows || place < (block, log_index) {
                    return Err(Nonsense);
                }
                gathered.logs.push(log);
            }
            let Some(next) = page.next else {
                (gathered.block, gathered.hash) = (page.block, Some(page.block_hash));
                break;
            };
            if (next.block, next.log_index) <= (block, log_index) {
                return Err(Nonsense);
            }
            // Of the block where the next page begins, a part may be here.
            gathered.block = next.block.saturating_sub(1);
            (block, log_index) = (next.block, next.log_index);
        }
        gathered.logs.retain(|log| log.block <= gathered.block);
        Ok(gathered)
    }
}
