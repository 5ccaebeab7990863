//! The index: raw logs of a deployment's contracts, and what families fold from them.
//!
//! One task reads the chain in batches and writes each batch, what families fold from it and the new position in one
//! transaction, so that a process killed at any moment finds itself between two batches. What it writes depends on the
//! logs alone: [`digest`] of a database that lived through crashes and reorganisations equals that of a fresh one.
//!
//! No family of contracts is named here; see [`crate::family`].

mod commit;
pub mod digest;
mod fetch;
mod folds;
mod leader;
pub(crate) mod logs;
mod position;
mod rebuild;
mod refold;
mod reorg;
mod sources;
pub(crate) mod touched;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use contracts::DecodeError;
use protocol::{Address, api::Deployment};
use sqlx::AnyConnection;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

pub use fetch::{Batch, Fetcher, counts::Counting, gap::Gap};
use fetch::{counts::Counts, in_vain::InVain, late};
use folds::Folds;
pub use position::Position;
pub use rebuild::{Rebuilt, rebuild};
use reorg::Retreat;
pub use sources::Sources;

use crate::{
    chain::{Chain, ChainError, Header, RawLog},
    db::Db,
    deployment::{self, Mismatch, Verdict},
    family::Families,
    told,
};

/// Gaps that are further apart have nothing to do with each other.
const GAPS_APART: Duration = Duration::from_secs(3_600);
/// Rounds after which a development chain that only got shorter is believed.
const SHORTER: u32 = 30;
/// Rounds in a row after which a node that is behind the index is said to be.
const BEHIND: u32 = 20;
/// Rounds at the head between two comparisons of the nodes.
const COMPARED_EVERY: u32 = 120;
/// Longest pause after a failure, and in looks at the head: who looks often tries again soon.
const MAX_BACKOFF: Duration = Duration::from_secs(10);
const MAX_BACKOFF_LOOKS: u32 = 200;

/// Why the index cannot advance. What it says is shown to visitors as `Status.trouble`: it repeats nothing that a node, a
/// database or a stored row says. That is in its source, for the log.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error("The database does not do its work; the server's log says why. The index tries again.")]
    Db(#[from] sqlx::Error),
    #[error("{0}")]
    OtherDeployment(#[from] Mismatch),
    #[error("{0} The node is asked again.")]
    Gap(Gap),
    #[error(
        "An event of {address} in block {block} cannot be read: {reason}. The contract there is not the one this server knows."
    )]
    Decode { block: u64, address: Address, reason: String },
    #[error("What is stored is damaged: {0}. Empty the database, or restore it; the index reads the chain again.")]
    Damaged(String),
    #[error("The node changed its chain while it was read. It is asked again.")]
    Moving,
    #[error(
        "The node has blocks up to {head} only, and the index has those up to {block}: the node stands still or loads \
         the chain anew. It is asked again; where it stays so, --rpc can name another one."
    )]
    NodeBehind { head: u64, block: u64 },
    #[error("Another server moved the index. This one reads its position again.")]
    Overtaken,
    #[error("A stored view cannot be read; the server's log says why. Run `server reindex`.")]
    View(#[from] serde_json::Error),
}

impl From<Verdict> for IndexError {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Wrong(mismatch) => mismatch.into(),
            Verdict::Unknown(error) => error.into(),
        }
    }
}

impl IndexError {
    /// A log that looks like an event and is not.
    pub(crate) fn decode(log: &RawLog, error: &DecodeError) -> Self {
        Self::Decode { block: log.block, address: log.address, reason: error.to_string() }
    }
}

/// What the indexer needs.
#[derive(Debug, Clone)]
pub struct Indexer {
    pub db: Db,
    pub chain: Arc<Chain>,
    pub deployment: Deployment,
    pub families: Families,
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
    Idle(Header),
    /// The node that answered has fewer blocks than the index, and none that contradicts it.
    Behind(Header),
}

/// Whether the index is on the node's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Stands,
    /// Another block has the place of one that was indexed.
    Gone,
    /// The node is not that far.
    Behind,
}

impl Indexer {
    /// Indexes until `stop`. Never returns an error: what goes wrong is said in the status and tried again.
    pub async fn run(self, stop: CancellationToken) {
        let mut backoff = self.poll;
        // Whether a round went well since the last failure; then the next one is met with patience anew.
        let fine = AtomicBool::new(false);
        // Whether the chain is known to have the contracts.
        let asked = AtomicBool::new(false);
        let (mut gap, mut in_vain) = (None, InVain::default());
        // Gaps that were found one after the other: each time the chain is read in smaller pieces.
        let mut gaps = 0u32;
        let mut last_gap = Instant::now();
        loop {
            let failure = tokio::select! {
                () = stop.cancelled() => return,
                result = self.lead(&fine, &asked, gap.take(), gaps, &mut in_vain) => match result {
                    Ok(never) => match never {},
                    Err(error) => error,
                },
            };
            warn!(error = told::in_full(&failure), "the index cannot advance");
            let advanced = fine.swap(false, Ordering::Relaxed);
            if advanced || matches!(failure, IndexError::Moving | IndexError::Overtaken) {
                backoff = self.poll;
            }
            position::record_error(&self.db, &failure.to_string()).await;
            if let IndexError::Gap(found) = failure {
                gap = in_vain.rest(&found, Instant::now()).is_none().then_some(found);
                gaps = if last_gap.elapsed() < GAPS_APART { gaps.saturating_add(1) } else { 1 };
                last_gap = Instant::now();
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(backoff) => {}
            }
            backoff = (backoff * 2).min(MAX_BACKOFF).min(self.poll * MAX_BACKOFF_LOOKS);
        }
    }

    /// Waits to be elected, then advances the index until something fails.
    ///
    /// `gap` is what did not fold the last time: blocks that were read from a node that left something out are read again.
    async fn lead(
        &self,
        fine: &AtomicBool,
        asked: &AtomicBool,
        gap: Option<Gap>,
        gaps: u32,
        in_vain: &mut InVain,
    ) -> Result<std::convert::Infallible, IndexError> {
        let mut connection = leader::elected(&self.db, self.poll).await?;
        let mut position = Position::load_or_begin(&mut connection, &self.deployment, &self.families).await?;
        rebuild::bring_up(&mut connection, &self.deployment, &self.families).await?;
        if !asked.load(Ordering::Relaxed) {
            // When the server began, no node may have answered.
            deployment::check_chain(&self.chain, &self.deployment, &self.families).await?;
            asked.store(true, Ordering::Relaxed);
        }
        self.check_chain().await?;
        let (reached, width) = (position.block, fetch::narrowed(gaps));
        if let Some(gap) = gap {
            self.look_for(&mut connection, &mut position, &gap, width, in_vain).await?;
        }
        info!(block = position.block, "indexing");
        let sources = Sources::load(&mut connection, &self.deployment, &self.families).await?;
        let mut fetcher = Fetcher::new(self.chain.clone(), sources, self.deployment.start_block);
        if gaps > 0 {
            // What could not be folded may be above what is indexed.
            fetcher.narrow(reached.max(self.chain.tallest()), width);
        }
        let mut folds = Folds::new(&self.families);
        let mut counts = Counts::default();
        let (mut quiet, mut shorter, mut compared) = (0u32, 0u32, 0u32);
        loop {
            let spent = self.chain.requests();
            let round = self.round(&mut connection, &mut position, &mut fetcher, &mut folds).await?;
            fine.store(true, Ordering::Relaxed);
            match round {
                Round::Busy => {
                    (quiet, shorter) = (0, 0);
                    counts.expect_news();
                }
                Round::Idle(head) => {
                    (quiet, shorter) = (quiet.saturating_add(1), 0);
                    counts.check(&mut connection, self, &position, in_vain).await?;
                    if compared == 0 {
                        self.chain.verify(&head).await;
                    }
                    compared = (compared + 1) % COMPARED_EVERY;
                    // A node that was exchanged behind the same address shows here, if not by its blocks.
                    if quiet.is_multiple_of(60) {
                        self.check_chain().await?;
                    }
                }
                Round::Behind(head) => {
                    shorter += 1;
                    if shorter == BEHIND {
                        let trouble = IndexError::NodeBehind { head: head.number, block: position.block };
                        warn!(error = %trouble, "the index cannot advance");
                        position::record_error(&self.db, &trouble.to_string()).await;
                    }
                    if self.deployment.chain_id == rpc::DEVELOPMENT_CHAIN && shorter >= SHORTER {
                        shorter = 0;
                        self.retreat(&mut connection, &mut position, &mut fetcher, &mut folds, &head).await?;
                    }
                }
            }
            if matches!(round, Round::Busy) && self.chain.looks_at_each_block() {
                continue;
            }
            tokio::time::sleep(self.poll.max(self.chain.pace(self.chain.requests() - spent))).await;
            leader::still(&mut connection).await?;
        }
    }

    /// Reads again where something is missing, and goes back to before it where the node tells of it now.
    async fn look_for(
        &self,
        connection: &mut AnyConnection,
        position: &mut Position,
        gap: &Gap,
        width: u64,
        in_vain: &mut InVain,
    ) -> Result<(), IndexError> {
        let began = Instant::now();
        if self.going_back().to_before_gap(connection, position, gap, width).await? {
            in_vain.forget(gap);
        } else {
            let pause = in_vain.note(gap, Instant::now(), began.elapsed());
            warn!(%gap, ?pause, "the node was asked again in vain; what it left out is left alone for a while");
        }
        Ok(())
    }

    fn going_back(&self) -> Retreat<'_> {
        Retreat { chain: &self.chain, deployment: &self.deployment, families: &self.families }
    }

    /// Makes sure that the nodes are on this chain: one may be exchanged behind the same address.
    async fn check_chain(&self) -> Result<(), IndexError> {
        Ok(deployment::check_id(&self.chain, &self.deployment).await?)
    }

    async fn round(
        &self,
        connection: &mut AnyConnection,
        position: &mut Position,
        fetcher: &mut Fetcher,
        folds: &mut Folds,
    ) -> Result<Round, IndexError> {
        let head = self.chain.head().await?;
        let target = head.number.saturating_sub(self.confirmations);
        if target <= position.block {
            let standing =
                if position.is_start() { Standing::Stands } else { self.standing(connection, position, &head).await? };
            return match standing {
                Standing::Stands => {
                    position.heard(connection, head.number).await?;
                    Ok(Round::Idle(head))
                }
                Standing::Behind => Ok(Round::Behind(head)),
                Standing::Gone => {
                    self.check_chain().await?;
                    self.retreat(connection, position, fetcher, folds, &head).await
                }
            };
        }
        let mut next = position.block + 1;
        while next <= target {
            let batch = match fetcher.take(next, target).await {
                Ok(batch) => batch,
                // A chain that got shorter shows as a missing block.
                Err(IndexError::Moving) => return self.retreat(connection, position, fetcher, folds, &head).await,
                Err(error) => return Err(error),
            };
            if !position.is_start() && batch.parent != position.hash {
                self.check_chain().await?;
                return self.retreat(connection, position, fetcher, folds, &head).await;
            }
            if let Some(missed) = late::missed(connection, fetcher.sources(), &self.families, &batch.again).await? {
                self.going_back().to_before(connection, position, missed).await?;
                self.start_over(connection, fetcher, folds).await?;
                return Ok(Round::Busy);
            }
            fetcher.prefetch(batch.to + 1, target);
            commit::commit(connection, fetcher.sources(), position, folds, &batch, head.number).await?;
            self.advanced.notify_waiters();
            next = position.block + 1;
        }
        Ok(Round::Busy)
    }

    /// Whether the block at the position is still on the node's chain. Only another hash says that it is not: a block
    /// that the node does not have may come yet.
    async fn standing(
        &self,
        connection: &mut AnyConnection,
        position: &Position,
        head: &Header,
    ) -> Result<Standing, IndexError> {
        let (there, passed) = if head.number < position.block {
            let Some((number, passed)) = reorg::passed_at_most(connection, head.number).await? else {
                return Ok(Standing::Behind);
            };
            let there = if number == head.number { Some(*head) } else { self.chain.header(number).await? };
            (there, passed)
        } else if head.number == position.block {
            (Some(*head), position.hash)
        } else {
            (self.chain.header(position.block).await?, position.hash)
        };
        Ok(match there {
            Some(header) if header.hash != passed => Standing::Gone,
            Some(header) if header.number == position.block => Standing::Stands,
            _ => Standing::Behind,
        })
    }

    async fn retreat(
        &self,
        connection: &mut AnyConnection,
        position: &mut Position,
        fetcher: &mut Fetcher,
        folds: &mut Folds,
        head: &Header,
    ) -> Result<Round, IndexError> {
        // From here on this is how high the chain is.
        self.chain.accept_shorter();
        let went_back = self.going_back().to_common_block(connection, position, head).await?;
        self.start_over(connection, fetcher, folds).await?;
        if went_back { Ok(Round::Busy) } else { Err(IndexError::Moving) }
    }

    /// Forgets what was read ahead and folded of blocks that the index went back over.
    async fn start_over(
        &self,
        connection: &mut AnyConnection,
        fetcher: &mut Fetcher,
        folds: &mut Folds,
    ) -> Result<(), IndexError> {
        *folds = Folds::new(&self.families);
        fetcher.forget(Sources::load(connection, &self.deployment, &self.families).await?);
        self.advanced.notify_waiters();
        Ok(())
    }
}
