//! Cancelling. What it costs depends on who has submitted, so the contract is asked just before the wallet is.

use app_core::action::{ActionError, Tools};
use bounty::calls;

use crate::about::about;

/// Cancels a bounty of which the person was told that `active` submissions stand.
///
/// # Errors
/// [`ActionError`]; nothing is sent where the contract counts another number of submissions, or does not say.
pub async fn cancel(tools: Tools, id: u64, active: usize, title: String) -> Result<(), ActionError> {
    let stored = tools.reader.stored_bounty(id, None).await?;
    let stands = stored.map_or(0, |stored| stored.bounty.active as usize);
    if stands != active {
        return Err(ActionError::feature(format!(
            "The contract counts {stands} standing submissions, not {active}, which changes what cancelling costs you. \
             Nothing was sent. Wait until this page shows them, then decide again."
        )));
    }
    let market = tools.deployment().demand(bounty::BOUNTY_MARKET)?;
    tools.transactions.send(title, market, calls::cancel(id), Some(about(id))).await?;
    Ok(())
}
