//! Revealing predictions and model.

use bounty::{Bounty, Commitment, calls};
use protocol::cid::Cid;

use super::publish::{Revealed, publish};
use crate::about::about;
use app_core::action::{ActionError, Tools};

/// Reveals on chain, then publishes predictions and model.
///
/// # Errors
/// [`ActionError`]; nothing is published then.
pub async fn reveal(tools: Tools, bounty: &Bounty, truth: &[u8], revealed: &Revealed) -> Result<(), ActionError> {
    let account = tools.account()?;
    let Revealed { prediction, model_cid, model } = revealed;
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
    let body = js_sys::Uint8Array::from(&prediction[..]).into();
    publish(tools, account, vec![(Cid::of_block(prediction), body), (*model_cid, model.clone())]);
    Ok(())
}
