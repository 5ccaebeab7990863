//! Reading another time what a node left out, and looking for what happened last.

use crate::{Client, Filter, Piece, RawLog, RpcError};

/// Blocks of one step back in time; an endpoint that takes fewer is asked for fewer.
const STEP: u64 = 10_000;

impl Client {
    /// The logs of a range in at least so many pieces: a node that leaves logs out of wide ranges has them in narrow
    /// ones.
    ///
    /// # Errors
    /// [`RpcError`]; [`RpcError::Behind`] where `to` is higher than what the node has.
    pub async fn again(&self, filter: &Filter, from: u64, to: u64, pieces: u64) -> Result<Piece, RpcError> {
        let width = (to.saturating_sub(from) + 1).div_ceil(pieces.max(1));
        let mut all = self.piece(filter, from, to.min(from + width - 1)).await?;
        while all.end.number < to {
            let next = all.end.number + 1;
            let piece = self.piece(filter, next, to.min(next + width - 1)).await?;
            all.logs.extend(piece.logs);
            all.end = piece.end;
        }
        Ok(all)
    }

    /// The newest log of a filter that is not older than `since`, seconds since the epoch, nor below block `lowest`;
    /// read from the newest block down, so that what happened lately is found with few questions.
    ///
    /// # Errors
    /// [`RpcError`]
    pub async fn newest(&self, filter: &Filter, lowest: u64, since: u64) -> Result<Option<RawLog>, RpcError> {
        let mut to = self.head().await?.number;
        loop {
            let from = to.saturating_sub(STEP - 1).max(lowest);
            if let Some(log) = self.logs(filter, from, to).await?.logs.pop() {
                return Ok(Some(log));
            }
            if from <= lowest || self.header(from).await?.is_some_and(|header| header.at < since) {
                return Ok(None);
            }
            to = from - 1;
        }
    }
}
