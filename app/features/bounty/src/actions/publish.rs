//! Publishing what was revealed on chain: after it, and again until the server has it. No reveal ever waits for a server.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::task::spawn_local;
use protocol::{Address, cid::Cid};
use wasm_bindgen::JsValue;

use app_core::{
    action::{ActionError, Tools},
    server::{self, ServerError},
};

/// What a claimant reveals. The chain takes predictions and the model's CID; the model itself is published, then or later.
#[derive(Clone)]
pub struct Revealed {
    pub prediction: Vec<u8>,
    pub model_cid: Cid,
    /// Bytes or file of the model; `None` where this browser does not have it.
    pub model: Option<JsValue>,
}

impl Revealed {
    /// What there is to publish.
    pub fn files(&self) -> Vec<(Cid, JsValue)> {
        let prediction = js_sys::Uint8Array::from(&self.prediction[..]).into();
        let model = self.model.clone().map(|model| (self.model_cid, model));
        std::iter::once((Cid::of_block(&self.prediction), prediction)).chain(model).collect()
    }
}

/// Seconds between one attempt and the next, for a server that is restarted or away for a while.
const PAUSES: [u64; 7] = [2, 5, 15, 60, 300, 900, 1_800];

/// Hands files to the server for as long as the page is open. Whatever comes of it, the chain has what counts: truth and
/// predictions are in its transactions, and the model's CID is in its events.
pub fn publish(tools: Tools, account: Address, files: Vec<(Cid, JsValue)>) {
    spawn_local(async move {
        for (cid, body) in files {
            for pause in PAUSES {
                match server::store(tools.wallet, account, &cid.to_string(), body.clone()).await {
                    Ok(_) => break,
                    // The person does not want to sign in; asking again would only annoy.
                    Err(ServerError::Wallet(_)) => return,
                    Err(_) => sleep(Duration::from_secs(pause)).await,
                }
            }
        }
    });
}

/// Hands what was revealed to the server now.
///
/// # Errors
/// [`ActionError`] where the person or the server refuses.
pub async fn publish_now(tools: Tools, files: Vec<(Cid, JsValue)>) -> Result<(), ActionError> {
    let account = tools.account()?;
    for (cid, body) in files {
        server::store(tools.wallet, account, &cid.to_string(), body).await?;
    }
    Ok(())
}
