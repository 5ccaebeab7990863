//! Revealing the ground truth.

use bounty::{Bounty, calls};
use protocol::cid::Cid;

use crate::about::about;
use app_core::{
    action::{ActionError, Tools},
    server,
};

/// Publishes the file and reveals it on chain.
///
/// # Errors
/// [`ActionError`]. A server that does not take the file does not stop the reveal: the file is in the transaction.
pub async fn reveal(tools: Tools, bounty: &Bounty, truth: &[u8]) -> Result<(), ActionError> {
    let data = calls::reveal_truth(bounty.id, truth);
    let title = format!("Reveal the truth of bounty {}", bounty.id);
    tools
        .transactions
        .send(title, tools.deployment().demand(bounty::BOUNTY_MARKET)?, data, Some(about(bounty.id)))
        .await?;
    let cid = Cid::of_block(truth).to_string();
    let body = js_sys::Uint8Array::from(truth).into();
    // The chain's copy is the one that counts; this one only spares readers a look into the transaction.
    let _ = server::store(tools.wallet, tools.account()?, &cid, body).await;
    Ok(())
}
