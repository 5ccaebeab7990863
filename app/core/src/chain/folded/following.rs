//! Folding on: only what is new is folded with each block.

use std::{collections::BTreeMap, sync::Arc};

use leptos::prelude::*;
use protocol::Digest;
use rpc::{Folded, RawLog};

use crate::chain::{ChainError, Reader, history::Logs};

/// What logs of some contracts are folded to.
pub trait Fold: Clone + Default + Send + Sync + 'static {
    /// Where they come from.
    type Contracts: Copy;

    /// Number of the newest block that it was told of; 0 for none.
    fn block(&self) -> u64;

    /// The chain has this height now.
    fn begin(&mut self, block: u64, contracts: Self::Contracts);

    /// Takes in a log of a moment.
    ///
    /// # Errors
    /// [`ChainError`] for one that cannot be read.
    fn take_in(&mut self, log: &RawLog, at: u64, contracts: Self::Contracts) -> Result<(), ChainError>;
}

/// What was folded so far.
struct Known<F> {
    found: Arc<F>,
    folded: Folded,
    /// How high the chain was when its logs were read.
    block: u64,
}

impl<F: Default> Default for Known<F> {
    fn default() -> Self {
        Self { found: Arc::default(), folded: Folded::default(), block: 0 }
    }
}

/// What was folded so far; of the whole page.
pub(in crate::chain) struct Following<F: Fold>(StoredValue<Known<F>>);

// Derived, these would ask for what is folded to be copied too.
impl<F: Fold> Clone for Following<F> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<F: Fold> Copy for Following<F> {}

impl<F: Fold> Following<F> {
    pub fn new() -> Self {
        Self(StoredValue::new(Known::default()))
    }

    /// How many of these logs are folded already.
    fn stands(self, logs: &Logs) -> usize {
        let (settled, tail) = logs.parts();
        self.0.with_value(|known| known.folded.goes_on(settled, tail)).unwrap_or_default()
    }

    /// Adds to what was folded what does not stand in logs.
    pub(super) fn add(self, add: impl FnOnce(&mut F)) -> Option<Arc<F>> {
        let with = |known: &mut Known<F>| {
            add(Arc::make_mut(&mut known.found));
            known.found.clone()
        };
        self.0.try_update_value(with)
    }
}

impl Reader {
    /// Folds what is new of these logs, which were read when the chain was as high as `block`.
    pub(super) async fn fold_on<F: Fold>(
        self,
        following: Following<F>,
        logs: &Logs,
        block: u64,
        contracts: F::Contracts,
    ) -> Result<Arc<F>, ChainError> {
        let mut times = BTreeMap::new();
        loop {
            let stands = following.stands(logs);
            for log in logs.into_iter().skip(stands) {
                self.time_of(log, &mut times).await?;
            }
            // While times were asked for another reading may have folded more, which is newer unless the chain was set back.
            let is_older = |known: &Known<F>| known.block > block && known.block <= self.client().tallest();
            if let Some(newer) = following.0.with_value(|known| is_older(known).then(|| known.found.clone())) {
                return Ok(newer);
            }
            if following.stands(logs) >= stands {
                let taken = following.0.try_update_value(|known| known.take_in(logs, block, &times, contracts));
                // Whoever asks after the page has ended is told nothing.
                return taken.unwrap_or_else(|| Ok(Arc::default()));
            }
        }
    }

    /// Hashes of those of these blocks that are below a height and not known yet, where the chain still knows them.
    pub(super) async fn hashes_of(
        self,
        blocks: impl Iterator<Item = u64>,
        known: &BTreeMap<u64, Digest>,
        below: u64,
    ) -> Result<BTreeMap<u64, Digest>, ChainError> {
        let asked: Vec<u64> = blocks.filter(|number| *number < below && !known.contains_key(number)).collect();
        let mut hashes = BTreeMap::<u64, Digest>::new();
        for block in asked {
            if let Some(header) = self.client().header(block).await? {
                hashes.insert(block, header.hash);
            }
        }
        Ok(hashes)
    }

    /// The time of a log's block, which not every node tells with the log.
    async fn time_of(self, log: &RawLog, times: &mut BTreeMap<u64, u64>) -> Result<(), ChainError> {
        if log.at == 0 && !times.contains_key(&log.block) {
            let header = self.client().header(log.block).await?;
            times.insert(log.block, header.map(|header| header.at).unwrap_or_default());
        }
        Ok(())
    }
}

impl<F: Fold> Known<F> {
    fn take_in(
        &mut self,
        logs: &Logs,
        block: u64,
        times: &BTreeMap<u64, u64>,
        contracts: F::Contracts,
    ) -> Result<Arc<F>, ChainError> {
        let (settled, tail) = logs.parts();
        let stands = self.folded.goes_on(settled, tail);
        if stands.is_none() {
            self.found = Arc::default();
        }
        let stands = stands.unwrap_or_default();
        if stands < settled.len() + tail.len() || self.found.block() == 0 {
            let found = Arc::make_mut(&mut self.found);
            found.begin(block, contracts);
            for log in logs.into_iter().skip(stands) {
                let at = if log.at > 0 { log.at } else { times.get(&log.block).copied().unwrap_or_default() };
                if let Err(error) = found.take_in(log, at, contracts) {
                    // What is folded in part is folded anew.
                    *self = Self::default();
                    return Err(error);
                }
            }
        }
        self.folded.reached(settled, tail);
        self.block = block;
        Ok(self.found.clone())
    }
}
