//! The list of bounties as the chain gives it, while the server is away.

use std::{future::Future, pin::Pin};

use app_core::{
    chain::{ChainError, Reader},
    feature::File,
    later_file::LaterFiles,
};
use bounty::api::{BountyQuery, BountyRow};
use leptos::prelude::*;

/// Reads rows; `now` is seconds since the epoch, by the chain's time.
type ReadRows = fn(reader: Reader, query: BountyQuery, now: u64) -> Reading;
type Reading = Pin<Box<dyn Future<Output = Result<Vec<BountyRow>, ChainError>>>>;

/// What reads the rows, once the second file is here: the list, which is in the first, does not carry the code; a
/// context.
#[derive(Clone, Copy, Default)]
pub struct FromChain(StoredValue<Option<ReadRows>>);

impl FromChain {
    /// Called by the second file.
    pub fn is_here(self, read: ReadRows) {
        self.0.set_value(Some(read));
    }

    /// All rows that the query asks for, in its order.
    ///
    /// # Errors
    /// [`ChainError`]; [`ChainError::NotLoaded`] where the second file cannot be fetched.
    pub async fn read(
        self,
        files: LaterFiles,
        reader: Reader,
        query: BountyQuery,
        now: u64,
    ) -> Result<Vec<BountyRow>, ChainError> {
        files.wait(File::Second).await;
        match self.0.get_value() {
            Some(read) => read(reader, query, now).await,
            None => Err(ChainError::NotLoaded),
        }
    }
}

/// In the second file.
pub fn rows(reader: Reader, query: BountyQuery, now: u64) -> Reading {
    Box::pin(async move {
        let (_, read_at) = reader.head().await?;
        let histories = reader.bounties().await?;
        Ok(query.select(histories.iter().map(|h| (&h.bounty, None)), now, read_at))
    })
}
