//! Reading another time what a node left out, and looking for the block of a time.

use crate::{Client, Filter, Piece, RpcError};

impl Client {
    /// The logs of a range in pieces of at most so many blocks: a node that leaves logs out of wide ranges has them in
    /// narrow ones.
    ///
    /// # Errors
    /// [`RpcError`]; [`RpcError::Behind`] where `to` is higher than what the node has.
    pub async fn again(&self, filter: &Filter, from: u64, to: u64, width: u64) -> Result<Piece, RpcError> {
        let width = width.max(1);
        let mut all = self.piece(filter, from, to.min(from.saturating_add(width - 1))).await?;
        while all.end.number < to {
            let next = all.end.number + 1;
            let piece = self.piece(filter, next, to.min(next.saturating_add(width - 1))).await?;
            all.logs.extend(piece.logs);
            all.end = piece.end;
        }
        Ok(all)
    }

    /// The first block, from `lowest` on, that is not older than `since`, seconds since the epoch; `None` where all are.
    /// Halves what is left with each question.
    ///
    /// # Errors
    /// [`RpcError`]
    pub async fn first_since(&self, lowest: u64, since: u64) -> Result<Option<u64>, RpcError> {
        let head = self.head().await?;
        if head.at < since || head.number < lowest {
            return Ok(None);
        }
        let (mut low, mut high) = (lowest, head.number);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.header(middle).await? {
                Some(header) if header.at < since => low = middle + 1,
                Some(_) => high = middle,
                None => return Ok(None),
            }
        }
        Ok(Some(low))
    }
}
