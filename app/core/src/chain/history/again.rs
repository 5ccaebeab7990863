//! Reading again what was kept and lacks something.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::Digest;
use rpc::Filter;

use super::{
    super::{
        ChainError, Reader,
        kept::{self, Kept},
    },
    UNSETTLED,
};

impl Reader {
    /// Reads the settled blocks of a question again, in at least so many pieces, and keeps what came if it is more
    /// than before. Returns whether it was.
    ///
    /// # Errors
    /// [`ChainError`]
    pub(in crate::chain) async fn again(self, filter: &Filter, from: u64, pieces: u64) -> Result<bool, ChainError> {
        let key = self.key(filter, from);
        let known = self.histories.kept.with_value(|all| all.get(&key).map(|kept| (kept.block, kept.logs.len())));
        let settled = self.client().tallest().saturating_sub(UNSETTLED);
        let (block, count) = known.map_or((settled, 0), |(block, count)| (block.max(settled), count));
        if block < from {
            return Ok(false);
        }
        let piece = self.client().again(filter, from, block, pieces).await?;
        if piece.logs.len() <= count || piece.end.hash == Digest::ZERO {
            return Ok(false);
        }
        let kept = Kept { block: piece.end.number, hash: piece.end.hash, logs: piece.logs };
        kept::store(&key, &kept).await;
        self.histories.kept.update_value(|all| {
            all.insert(key, Arc::new(kept));
        });
        Ok(true)
    }
}
