//! Revealing predictions and model.

use bounty::{Bounty, Commitment, calls};

use super::publish::{Revealed, publish};
use crate::about::about;
use app_core::action::{ActionError, Tools};

/// Reveals on chain, then publishes predictions and, where it is here, the model.
///
/// # Errors
/// [`ActionError`]; nothing is published then.
pub async fn reveal(tools: Tools, bounty: &Bounty, truth: &[u8], revealed: &Revealed) -> Result<(), ActionError> {
    let account = tools.account()?;
    let Revealed { prediction, model_cid, .. } = revealed;
    let committed = Commitment::of(prediction, model_cid);
    let data = calls::reveal_prediction(bounty.id, &committed, truth, prediction, &model_cid.to_string());
    tools
        .transactions
        .send(
            "Reveal predictions and model",
            tools.deployment().demand(bounty::BOUNTY_MARKET)?,
            data,
            Some(about(bounty.id)),
        )
        .await?;
    publish(tools, account, revealed.files());
    Ok(())
}
