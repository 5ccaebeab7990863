//! The index: raw logs of the house's contracts, and the views folded from them.
//!
//! One task reads the chain in batches and writes each batch, its views and the new position in one transaction,
//! so that a process killed at any moment finds itself between two batches. What it writes depends on the logs
//! alone: [`digest`] of a database that lived through crashes and reorganisations equals that of a fresh one.

mod anchors;
mod bounties;
mod commit;
pub(crate) mod decode;
pub mod digest;
mod fetch;
mod leader;
pub(crate) mod model_row;
mod models;
mod position;
mod rebuild;
mod reorg;
pub(crate) mod row;
mod sources;
pub(crate) mod touched;
pub(crate) mod trained;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bounty::FoldError;
use protocol::{Address, api::Deployment};
use sqlx::AnyConnection;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use commit::Folded;
pub use fetch::{Batch, Fetcher};
pub use position::Position;
pub use rebuild::{Rebuilt, rebuild};
pub use sources::Sources;

use crate::{
    chain::{Chain, ChainError},
    db::Db,
};

/// Longest pause after a failure.
const MAX_BACKOFF: Duration = Duration::from_secs(10);

/// Why the index cannot advance. What it says is shown to visitors as `Status.trouble`.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error("The database refused: {0}. The index tries again.")]
    Db(#[from] sqlx::Error),
    #[error(
        "The node is on chain {found}, but this house serves chain {expected}; nothing is indexed from it. Check --rpc."
    )]
    WrongChain { found: u64, expected: u64 },
    #[error("{0} The node is asked again.")]
    Hole(Hole),
    #[error(
        "An event of {address} in block {block} cannot be read: {reason}. The contract there is not the one this server knows."
    )]
    Decode { block: u64, address: Address, reason: String },
    #[error("What is stored is damaged: {0}. Empty the database, or restore it; the index reads the chain again.")]
    Damaged(String),
    #[error("The node changed its chain while it was read. It is asked again.")]
    Moving,
    #[error("Another server moved the index. This one reads its position again.")]
    Overtaken,
    #[error("A stored view cannot be read: {0}. Run `server reindex`.")]
    View(#[from] serde_json::Error),
}

/// A history that cannot be folded, because the node left something out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Hole {
    #[error(transparent)]
    Bounty(FoldError),
    #[error(
        "The history of model {0} names a contribution or proposal before it was made; the source of events left some out."
    )]
    Model(Address),
}

impl From<FoldError> for IndexError {
    fn from(error: FoldError) -> Self {
        Self::Hole(Hole::Bounty(error))
    }
}

/// What the indexer needs.
#[derive(Debug, Clone)]
pub struct Indexer {
    pub db: Db,
    pub chain: Arc<Chain>,
    pub deployment: Deployment,
    pub confirmations: u64,
    pub poll: Duration,
    /// Woken after every commit.
    pub advanced: Arc<Notify>,
}

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Round {
    /// There may be more to read right now.
    Busy,
    /// At the head.
    Idle,
}

impl Indexer {
    /// Indexes until `stop`. Never returns an error: what goes wrong is said in the status and tried again.
    pub async fn run(self, stop: CancellationToken) {
        let mut backoff = self.poll;
        // Whether a round went well since the last failure; then the next one is met with patience anew.
        let fine = AtomicBool::new(false);
        let mut hole = None;
        loop {
            let failure = tokio::select! {
                () = stop.cancelled() => return,
                result = self.reign(&fine, hole.take()) => match result {
                    Ok(never) => match never {},
                    Err(error) => error,
                },
            };
            warn!(error = %failure, "the index cannot advance");
            let advanced = fine.swap(false, Ordering::Relaxed);
            if advanced || matches!(failure, IndexError::Moving | IndexError::Overtaken) {
                backoff = self.poll;
            }
            position::complain(&self.db, &failure.to_string()).await;
            if let IndexError::Hole(found) = failure {
                hole = Some(found);
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(backoff) => {}
            }
            backoff = (backoff * 2).min(MAX_BACKOFF);
        }
    }

    /// Waits to be elected, then advances the index until something fails.
    ///
    /// `hole` is what did not fold the last time: blocks that were read from a node that left something out are read again.
    async fn reign(&self, fine: &AtomicBool, hole: Option<Hole>) -> Result<std::convert::Infallible, IndexError> {
        let mut connection = leader::elected(&self.db, self.poll).await?;
        let mut position = Position::load_or_begin(&mut connection, &self.deployment).await?;
        self.check_chain().await?;
        if let Some(hole) = hole {
            reorg::before_hole(&mut connection, &mut position, &self.chain, &self.deployment, &hole).await?;
        }
        info!(block = position.block, "indexing");
        let mut fetcher = Fetcher::new(self.chain.clone(), Sources::load(&mut connection, &self.deployment).await?);
        let mut folded = Folded::default();
        let mut quiet = 0u32;
        loop {
            let round = self.round(&mut connection, &mut position, &mut fetcher, &mut folded).await?;
            fine.store(true, Ordering::Relaxed);
            match round {
                Round::Busy => quiet = 0,
                Round::Idle => {
                    quiet = quiet.saturating_add(1);
                    tokio::time::sleep(self.poll).await;
                    // A node that was exchanged behind the same address shows here, if not by its blocks.
                    if quiet.is_multiple_of(60) {
                        self.check_chain().await?;
                    }
                    leader::still(&mut connection).await?;
                }
            }
        }
    }

    async fn check_chain(&self) -> Result<(), IndexError> {
        let (found, expected) = (self.chain.chain_id().await?, self.deployment.chain_id);
        if found == expected { Ok(()) } else { Err(IndexError::WrongChain { found, expected }) }
    }

    async fn round(
        &self,
        connection: &mut AnyConnection,
        position: &mut Position,
        fetcher: &mut Fetcher,
        folded: &mut Folded,
    ) -> Result<Round, IndexError> {
        let head = self.chain.head().await?;
        let target = head.number.saturating_sub(self.confirmations);
        if target <= position.block {
            let stands = position.is_start() || self.stands(position, &head).await?;
            if !stands {
                self.check_chain().await?;
                return self.retreat(connection, position, fetcher, folded).await;
            }
            position.heard(connection, head.number).await?;
            return Ok(Round::Idle);
        }
        let mut next = position.block + 1;
        while next <= target {
            let batch = match fetcher.take(next, target).await {
                Ok(batch) => batch,
                // A chain that got shorter shows as a missing block.
                Err(IndexError::Moving) => return self.retreat(connection, position, fetcher, folded).await,
                Err(error) => return Err(error),
            };
            if !position.is_start() && batch.parent != position.hash {
                self.check_chain().await?;
                return self.retreat(connection, position, fetcher, folded).await;
            }
            fetcher.prefetch(batch.to + 1, target);
            commit::commit(connection, &self.deployment, position, folded, &batch, head.number).await?;
            self.advanced.notify_waiters();
            next = position.block + 1;
        }
        Ok(Round::Busy)
    }

    /// Whether the block at the position is still on the node's chain.
    async fn stands(&self, position: &Position, head: &crate::chain::Header) -> Result<bool, IndexError> {
        if head.number == position.block {
            return Ok(head.hash == position.hash);
        }
        Ok(self.chain.header(position.block).await?.is_some_and(|header| header.hash == position.hash))
    }

    async fn retreat(
        &self,
        connection: &mut AnyConnection,
        position: &mut Position,
        fetcher: &mut Fetcher,
        folded: &mut Folded,
    ) -> Result<Round, IndexError> {
        *folded = Folded::default();
        let went_back = reorg::retreat(connection, position, &self.chain, &self.deployment).await?;
        fetcher.forget(Sources::load(connection, &self.deployment).await?);
        if went_back {
            self.advanced.notify_waiters();
            Ok(Round::Busy)
        } else {
            Err(IndexError::Moving)
        }
    }
}
