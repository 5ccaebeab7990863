//! Reading logs from where a question's history begins to the head, in pieces, and only what was not read before.

mod again;
mod logs;
mod offers;

use std::{collections::HashMap, sync::Arc};

use leptos::prelude::*;
use protocol::{Digest, subject::Subject};
use rpc::{Filter, RawLog};

use super::{
    ChainError, Reader,
    kept::{self, Kept},
};
pub(super) use logs::Logs;
use offers::Offers;

/// Blocks below the head that are read again each time: their logs may come late, and they may be replaced.
const UNSETTLED: u64 = 64;
/// Settled blocks that are read again with the newest until they are worth a question of their own.
const WORTH: u64 = 256;
/// Blocks that are read before what is kept is written down.
const WRITTEN_EVERY: u64 = 20_000;

/// How far a long reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub block: u64,
    pub head: u64,
}

/// What was read so far, by question.
#[derive(Clone, Copy)]
pub(super) struct Histories {
    kept: StoredValue<HashMap<String, Arc<Kept>>>,
    /// What nodes left out and told when they were asked again, by question.
    late: StoredValue<HashMap<String, Vec<RawLog>>>,
    /// Grows when something was found that had been left out: whoever shows a history reads it again.
    pub mended: RwSignal<u32>,
    /// What is known of the server's offers.
    offers: Offers,
    /// How far the reading is that is under way, where it takes more than one piece.
    pub progress: RwSignal<Option<Progress>>,
}

impl Histories {
    pub fn new() -> Self {
        Self {
            kept: StoredValue::new(HashMap::new()),
            late: StoredValue::new(HashMap::new()),
            mended: RwSignal::new(0),
            offers: Offers::new(),
            progress: RwSignal::new(None),
        }
    }

    /// What was read before, if it is still on the chain.
    async fn known(self, reader: Reader, filter: &Filter, from: u64) -> Result<Option<Arc<Kept>>, ChainError> {
        let key = reader.key(filter, from);
        if let Some(kept) = self.kept.with_value(|kept| kept.get(&key).cloned()) {
            return Ok(Some(kept).filter(|kept| kept.block <= reader.client().tallest()));
        }
        let Some(kept) = kept::load(&key).await else { return Ok(None) };
        // Once a visit: in the meantime the chain may have been replaced.
        let header = reader.client().header(kept.block).await?;
        let stands = header.is_some_and(|header| header.hash == kept.hash);
        Ok((stands && reader.still_agrees(filter, from, &kept).await?).then(|| Arc::new(kept)))
    }
}

impl Reader {
    /// How far a long reading is, for whoever waits for it.
    pub fn progress(self) -> RwSignal<Option<Progress>> {
        self.histories.progress
    }

    /// Grows when something was found that a node had left out.
    pub fn mended(self) -> RwSignal<u32> {
        self.histories.mended
    }

    /// All logs of a filter from block `from` on, in order. Where they are all of one subject, the server may be asked
    /// for old ones.
    ///
    /// # Errors
    /// [`ChainError`]
    pub(super) async fn history(
        self,
        filter: &Filter,
        from: u64,
        subject: Option<&Subject>,
    ) -> Result<Logs, ChainError> {
        let key = self.key(filter, from);
        let head = self.height().await?;
        let histories = self.histories;
        let known = histories.known(self, filter, from).await?;
        let mut logs = known.map_or_else(|| Logs::from_block(from), Logs::from_kept);
        let settled = head.saturating_sub(UNSETTLED);
        if let Some(subject) = subject {
            self.take_offer(subject, filter, settled, &mut logs).await?;
        }
        let mut written = logs.kept().block;
        let mut next = written + 1;
        while next <= head {
            // What is settled and what is not are read apart, so that each piece is wholly one of them.
            let to = if next + WORTH <= settled { settled } else { head };
            let piece = self.client().piece(filter, next, to).await?;
            next = piece.end.number + 1;
            if to == settled {
                logs.settle(piece.logs, piece.end.number, piece.end.hash);
                if piece.end.number - written >= WRITTEN_EVERY {
                    written = piece.end.number;
                    kept::store(&key, logs.kept()).await;
                }
            } else {
                logs.add(piece.logs);
            }
            let progress = (next <= head).then_some(Progress { block: next, head });
            histories.progress.set(progress);
        }
        self.add_late(&key, &mut logs).await?;
        let kept = logs.kept();
        // What was read again meanwhile, and has more, stays.
        let other = histories.kept.with_value(|all| all.get(&key).map_or(0, |other| other.logs.len()));
        if kept.logs.len() >= other && kept.hash != Digest::ZERO {
            histories.kept.update_value(|all| {
                all.insert(key.clone(), kept.clone());
            });
            if kept.block > written || kept.logs.len() > other {
                kept::store(&key, kept).await;
            }
        }
        Ok(logs)
    }

    /// Names a question: the chain, the contracts, the topics and where it begins.
    fn key(self, filter: &Filter, from: u64) -> String {
        let chain = self.deployment().chain_id;
        let text = format!("{:?} {:?} {from}", filter.addresses, filter.topics);
        format!("{chain} {}", Digest::of(text.as_bytes()))
    }
}
