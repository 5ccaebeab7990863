//! Saying on chain what came out when a trainer's model was run again.

use protocol::Address;
use trained::calls::reproductions;

use crate::about::about;
use app_core::action::{ActionError, Tools};

/// Says that `equal` of all `rows` predictions are those that the trainer revealed.
///
/// # Errors
/// [`ActionError`]
pub async fn attest(tools: Tools, bounty: u64, trainer: Address, equal: u32, rows: u32) -> Result<(), ActionError> {
    let contract = tools.deployment().demand(trained::REPRODUCTIONS)?;
    let data = reproductions::attest(bounty, trainer, equal, rows);
    tools.transactions.send("Attest that you ran the winner again", contract, data, Some(about(bounty))).await?;
    Ok(())
}
