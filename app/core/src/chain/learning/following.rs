//! Folding on: of who learns together only what is new is folded with each block.

use std::{collections::BTreeMap, sync::Arc};

use leptos::prelude::*;
use protocol::{Address, Digest};
use rpc::{Folded, RawLog};

use super::Learning;
use crate::chain::{ChainError, Reader, history::Logs};

/// What was folded so far.
#[derive(Default)]
struct Known {
    learning: Arc<Learning>,
    folded: Folded,
    /// How high the chain was when its logs were read.
    block: u64,
}

/// What was folded so far; of the whole page.
#[derive(Clone, Copy)]
pub(in crate::chain) struct Following(StoredValue<Known>);

impl Following {
    pub fn new() -> Self {
        Self(StoredValue::new(Known::default()))
    }

    /// How many of these logs are folded already.
    fn stands(self, logs: &Logs) -> usize {
        let (settled, tail) = logs.parts();
        self.0.with_value(|known| known.folded.goes_on(settled, tail)).unwrap_or_default()
    }
}

impl Reader {
    /// Folds what is new of these logs, which were read when the chain was as high as `block`.
    pub(super) async fn fold_on(
        self,
        logs: &Logs,
        block: u64,
        contracts: [Address; 4],
    ) -> Result<Arc<Learning>, ChainError> {
        let following = self.following;
        let mut times = BTreeMap::new();
        loop {
            let stands = following.stands(logs);
            for log in logs.into_iter().skip(stands) {
                self.time_of(log, &mut times).await?;
            }
            // While times were asked for another reading may have folded more, which is newer unless the chain was set back.
            let is_older = |known: &Known| known.block > block && known.block <= self.client().tallest();
            if let Some(newer) = following.0.with_value(|known| is_older(known).then(|| known.learning.clone())) {
                return Ok(newer);
            }
            if following.stands(logs) >= stands {
                let taken = following.0.try_update_value(|known| known.take_in(logs, block, &times, contracts));
                // Whoever asks after the page has ended is told nothing.
                return taken.unwrap_or_else(|| Ok(Arc::default()));
            }
        }
    }

    /// The time of a log's block, which not every node tells with the log.
    async fn time_of(self, log: &RawLog, times: &mut BTreeMap<u64, u64>) -> Result<(), ChainError> {
        if log.at == 0 && !times.contains_key(&log.block) {
            let header = self.client().header(log.block).await?;
            times.insert(log.block, header.map(|header| header.at).unwrap_or_default());
        }
        Ok(())
    }

    /// The same with the hashes of blocks that draw helpers, where nobody has drawn yet.
    pub(super) async fn with_draws(self, learning: Arc<Learning>) -> Result<Arc<Learning>, ChainError> {
        let block = self.height().await?;
        let open = learning.book.draws.values().filter(|draw| draw.hash.is_none() && draw.number < block);
        let asked: Vec<u64> =
            open.map(|draw| draw.number).filter(|number| !learning.hashes.contains_key(number)).collect();
        let mut hashes = BTreeMap::<u64, Digest>::new();
        for block in asked {
            if let Some(header) = self.client().header(block).await? {
                hashes.insert(block, header.hash);
            }
        }
        if hashes.is_empty() {
            return Ok(learning);
        }
        let with = |known: &mut Known| {
            let learning = Arc::make_mut(&mut known.learning);
            learning.hashes.extend(hashes);
            learning.block = block;
            known.learning.clone()
        };
        Ok(self.following.0.try_update_value(with).unwrap_or(learning))
    }
}

impl Known {
    fn take_in(
        &mut self,
        logs: &Logs,
        block: u64,
        times: &BTreeMap<u64, u64>,
        contracts: [Address; 4],
    ) -> Result<Arc<Learning>, ChainError> {
        let (settled, tail) = logs.parts();
        let stands = self.folded.goes_on(settled, tail);
        if stands.is_none() {
            self.learning = Arc::default();
        }
        let stands = stands.unwrap_or_default();
        if stands < settled.len() + tail.len() || self.learning.block == 0 {
            let learning = Arc::make_mut(&mut self.learning);
            learning.block = block;
            learning.book.registry.tasks = contracts[3];
            for log in logs.into_iter().skip(stands) {
                let at = if log.at > 0 { log.at } else { times.get(&log.block).copied().unwrap_or_default() };
                if let Err(error) = learning.take_in(log, at, contracts) {
                    // What is folded in part is folded anew.
                    *self = Self::default();
                    return Err(error);
                }
            }
        }
        self.folded.reached(settled, tail);
        self.block = block;
        Ok(self.learning.clone())
    }
}
