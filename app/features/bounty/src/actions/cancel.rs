//! Cancelling. What it costs depends on who has submitted, so the contract is asked just before the wallet is.

use app_core::action::{ActionError, Tools};

/// Makes sure that `active` submissions stand, as the person was told who cancels.
///
/// # Errors
/// [`ActionError`] where the contract counts another number of submissions, or does not say: nothing may be sent then.
pub async fn check(tools: Tools, id: u64, active: usize) -> Result<(), ActionError> {
    let stored = tools.reader.stored_bounty(id, None).await?;
    let stands = stored.map_or(0, |stored| stored.bounty.active as usize);
    if stands == active {
        return Ok(());
    }
    Err(ActionError::feature(format!(
        "The contract counts {stands} standing submissions, not {active}, which changes what cancelling costs you. \
         Nothing was sent. Wait until this page shows them, then decide again."
    )))
}
