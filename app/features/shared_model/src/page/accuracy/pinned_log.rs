//! What this browser knows of the server's accuracy log from earlier visits: whose anchors count, and how far the log had
//! grown. A server that exchanges either is found out here, since both old and new log would prove their own points.

use app_core::{chain::Reader, server, storage};
use protocol::{Address, Digest, api::Deployment, merkle};
use serde::{Deserialize, Serialize};
use shared_model::{
    ACCURACY_LOG,
    accuracy::Keeper,
    api::{AccuracyLogHead, ConsistencyQuery},
};

/// The largest anchored tree that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Whose anchors count.
    pub account: Address,
    /// Leaves of the tree; 0 before the first anchor.
    pub size: u64,
    /// Its root; of no meaning while the size is 0.
    pub root: Digest,
}

/// What stands against believing the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    #[error(
        "The server names {now} as the account that anchors its accuracy log; on your earlier visits it was {before}. No accuracy is proven under the new one. If whoever runs this server told you of the change, go on with the new account."
    )]
    OtherAccount { before: Address, now: Address },
    #[error(
        "The accuracy log was rewritten since your last visit: it had {before} points then, and the {now} that it has now do not begin with those. Do not rely on these accuracies; replay the history from the chain. A development chain that was started anew has a new log."
    )]
    Rewritten { before: u64, now: u64 },
    #[error(
        "This server names no account that anchors its accuracy log, so there is nothing on chain to compare its points with. Replay the history from the chain."
    )]
    NobodyNamed,
    #[error("{0}")]
    Unreadable(String),
}

impl PinError {
    /// Whether something is otherwise than on earlier visits, which a person who knows of it can accept.
    pub fn is_change(&self) -> bool {
        matches!(self, Self::OtherAccount { .. } | Self::Rewritten { .. })
    }
}

/// Reads the anchor of the pinned account, and checks that the log has only grown since it was last seen. `None` where
/// nothing is anchored yet.
///
/// # Errors
/// [`PinError`]
pub async fn anchored(
    reader: Reader,
    deployment: &Deployment,
    head: &AccuracyLogHead,
) -> Result<Option<(u64, Digest)>, PinError> {
    let pinned = read(deployment);
    let account = match Keeper::of(pinned.map(|seen| seen.account), head.account) {
        Keeper::Is(account) => account,
        Keeper::Changed { before, now } => return Err(PinError::OtherAccount { before, now }),
        Keeper::Unknown => return Err(PinError::NobodyNamed),
    };
    let unreadable = |e: &dyn std::fmt::Display| PinError::Unreadable(e.to_string());
    // The server only says where to look; the root is read from the chain.
    let anchor = reader.anchor(account).await.map_err(|e| unreadable(&e))?;
    let (size, root) = anchor.unwrap_or((0, Digest([0; 32])));
    let before = pinned.unwrap_or(Seen { account, size: 0, root });
    if size < before.size {
        // Anchors only grow, so this node is behind.
        return Ok(Some((before.size, before.root)));
    }
    if before.size > 0 && (before.size, before.root) != (size, root) {
        let rewritten = PinError::Rewritten { before: before.size, now: size };
        let query = ConsistencyQuery { from: before.size, to: Some(size) };
        let proof = server::consistency(&query).await.map_err(|e| unreadable(&e))?;
        merkle::verify_consistency(before.size, &before.root, size, &root, &proof.path).map_err(|_| rewritten)?;
    }
    write(deployment, &Seen { account, size, root });
    Ok(anchor)
}

/// Takes over what the server says now, because a person decided so.
pub fn forget(deployment: &Deployment) {
    if let Some(key) = key(deployment) {
        storage::remove(&key);
    }
}

fn read(deployment: &Deployment) -> Option<Seen> {
    serde_json::from_str(&storage::read(&key(deployment)?)?).ok()
}

fn write(deployment: &Deployment, seen: &Seen) {
    if let (Some(key), Ok(text)) = (key(deployment), serde_json::to_string(seen)) {
        storage::write(&key, &text);
    }
}

/// One for each contract that logs are anchored in.
fn key(deployment: &Deployment) -> Option<String> {
    deployment.contract(ACCURACY_LOG).map(|log| format!("log.{}.{log}", deployment.chain_id))
}
