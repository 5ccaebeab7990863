//! Revealing predictions and model.

use bounty::{Bounty, calls};
use protocol::cid::Cid;
use wasm_bindgen::JsValue;

use crate::about::about;
use app_core::{
    action::{ActionError, Tools},
    server,
};

/// What a claimant reveals.
#[derive(Clone)]
pub struct Revealed {
    pub prediction: Vec<u8>,
    pub model_cid: Cid,
    /// Bytes or file of the model.
    pub model: JsValue,
}

/// Publishes the model, then reveals on chain, then publishes the predictions.
///
/// # Errors
/// [`ActionError`]; nothing is revealed where the model could not be published.
pub async fn reveal(
    tools: Tools,
    bounty: &Bounty,
    truth: &[u8],
    revealed: &Revealed,
    step: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let account = tools.account()?;
    let cid = revealed.model_cid.to_string();
    step("Publishing the model");
    server::store(tools.wallet, account, &cid, revealed.model.clone()).await?;
    step("Revealing: your wallet asks for one transaction");
    let data = calls::reveal_prediction(bounty.id, truth, &revealed.prediction, &cid);
    let title = format!("Reveal predictions for bounty {}", bounty.id);
    tools
        .transactions
        .send(title, tools.deployment().demand(bounty::BOUNTY_MARKET)?, data, Some(about(bounty.id)))
        .await?;
    let body = js_sys::Uint8Array::from(&revealed.prediction[..]).into();
    // The chain's copy is the one that counts; this one only spares readers a look into the transaction.
    let _ = server::store(tools.wallet, account, &Cid::of_block(&revealed.prediction).to_string(), body).await;
    Ok(())
}
