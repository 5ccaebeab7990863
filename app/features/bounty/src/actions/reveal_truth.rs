//! Revealing the ground truth.

use bounty::{Bounty, calls};
use protocol::cid::Cid;

use super::publish::publish;
use crate::about::about;
use app_core::action::{ActionError, Tools};

/// Reveals the file on chain, then publishes it.
///
/// # Errors
/// [`ActionError`]; nothing is published then.
pub async fn reveal(tools: Tools, bounty: &Bounty, truth: &[u8]) -> Result<(), ActionError> {
    let account = tools.account()?;
    let data = calls::reveal_truth(bounty.id, truth);
    tools
        .transactions
        .send(
            "Reveal the ground truth",
            tools.deployment().demand(bounty::BOUNTY_MARKET)?,
            data,
            Some(about(bounty.id)),
        )
        .await?;
    publish(tools, account, vec![(Cid::of_block(truth), js_sys::Uint8Array::from(truth).into())]);
    Ok(())
}
