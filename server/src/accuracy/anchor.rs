//! Writes the log's root to AccuracyLog, through an account of the node itself. From then on nobody, whoever runs this
//! server included, can tell another history: what is served later must have grown from what was anchored.
//!
//! A node on the open internet has no accounts of its own. Then whoever runs the server does it by hand now and then:
//! `GET /api/accuracy-log` gives `size` and `root`, and `AccuracyLog.anchor(size, root)` takes them from any wallet, whose account
//! the server is told with `--anchored-by`.

use std::{sync::Arc, time::Duration};

use contracts::DecodeError;
use protocol::{Address, Digest};
use shared_model::calls::accuracy_log;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{AccuracyError, AccuracyLog};
use crate::chain::{Chain, ChainError};

/// Least time between two looks.
const LEAST: Duration = Duration::from_millis(50);
/// Least time after a failure.
const PATIENCE: Duration = Duration::from_secs(5);

/// Anchors one log from one account. Set on one server only where several share a database.
pub struct Anchorer {
    pub chain: Arc<Chain>,
    pub log: Arc<AccuracyLog>,
    /// AccuracyLog.
    pub contract: Address,
    pub from: Address,
    /// Least time between two anchors: entries that come in between share one.
    pub every: Duration,
    /// Woken after every commit of the index.
    pub advanced: Arc<Notify>,
}

/// Why nothing is anchored.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    #[error(transparent)]
    Log(#[from] AccuracyError),
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error("There is no AccuracyLog at the address in the deployment: {0}")]
    Contract(#[from] DecodeError),
    #[error(
        "The chain has {anchored} as the root of the first {size} entries, which this log does not have. Its database was exchanged or changed; restore it, or anchor from another account."
    )]
    OtherLog { size: u64, anchored: Digest },
}

impl Anchorer {
    /// Anchors until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            let advanced = self.advanced.clone();
            let advanced = advanced.notified();
            let sent = tokio::select! {
                () = stop.cancelled() => return,
                sent = self.anchor() => sent,
            };
            // After an anchor there is time, and after a failure too; otherwise news are looked for as they come.
            let (pause, listen) = match sent {
                Ok(sent) => (self.every.max(LEAST), !sent),
                Err(error) => {
                    warn!(%error, "the accuracy log cannot be anchored");
                    (self.every.max(PATIENCE), false)
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = advanced, if listen => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Anchors what the chain does not have yet; answers whether there was something.
    async fn anchor(&self) -> Result<bool, AnchorError> {
        let answer = self.chain.call(self.contract, &accuracy_log::latest(self.from)).await?;
        let anchored = shared_model::returns::shared::anchor(&answer)?;
        let (size, root) = {
            let tree = self.log.tree().await?;
            if let Some(anchor) = anchored.filter(|anchor| tree.root_at(anchor.size) != Some(anchor.root)) {
                return Err(AnchorError::OtherLog { size: anchor.size, anchored: anchor.root });
            }
            (tree.size(), tree.root())
        };
        if size <= anchored.map_or(0, |anchor| anchor.size) {
            return Ok(false);
        }
        let tx = self.chain.send(self.from, self.contract, &accuracy_log::anchor(size, root)).await?;
        info!(size, %root, %tx, "anchored the accuracy log");
        Ok(true)
    }
}
