//! Submitting: commit to predictions and a model under a stake, showing neither.

use bounty::{Bounty, Commitment, Role, calls};
use protocol::{
    Digest,
    cid::Cid,
    commitment::{PredictionFile, superhash},
};
use web_sys::File;

use super::secret;
use crate::{
    about::about,
    vault_kinds::{MODEL, PREDICTION},
};
use app_core::{
    action::{ActionError, Tools, permit, read_file},
    vault::{Entry, Kind, MAX_KEPT_MODEL, Vault},
    workers::prepare::Prepare,
};

/// Predictions that were checked against the bounty.
#[derive(Clone)]
pub struct Chosen {
    /// Class index of each test row.
    pub indices: Vec<u8>,
    /// CID of the plain predictions ([`dataset::predictions::plain_cid`]).
    pub cid: Cid,
}

/// Commits and locks the stake. `name` is the bounty's title, for the vault.
///
/// # Errors
/// [`ActionError`]; the stake is locked only if this returns.
pub async fn submit(
    tools: Tools,
    bounty: &Bounty,
    name: &str,
    predictions: &Chosen,
    model: &File,
    step: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let committed = keep(tools, bounty, name, predictions, model, &step).await?;
    step("Signing the stake: your wallet asks for a permit");
    let market = tools.deployment().demand(bounty::BOUNTY_MARKET)?;
    let permit = permit::ask(tools, market, bounty.terms.stake).await?;
    step("Submitting: your wallet asks for one transaction");
    let data = calls::submit(bounty.id, bounty.terms.truth_superhash, committed.word(), permit.as_ref());
    tools.transactions.send("Submit predictions", market, data, Some(about(bounty.id))).await?;
    Ok(())
}

/// Commits to other files in place of those before; the stake stays as it is.
///
/// # Errors
/// [`ActionError`]; the submission before counts unless this returns.
pub async fn replace(
    tools: Tools,
    bounty: &Bounty,
    name: &str,
    predictions: &Chosen,
    model: &File,
    step: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let committed = keep(tools, bounty, name, predictions, model, &step).await?;
    step("Replacing: your wallet asks for one transaction");
    let data = calls::replace(bounty.id, committed.word());
    let market = tools.deployment().demand(bounty::BOUNTY_MARKET)?;
    tools.transactions.send("Replace the submission", market, data, Some(about(bounty.id))).await?;
    Ok(())
}

/// Makes what is committed to and keeps it in the vault, before anything is sent.
async fn keep(
    tools: Tools,
    bounty: &Bounty,
    name: &str,
    predictions: &Chosen,
    model: &File,
    step: &impl Fn(&'static str),
) -> Result<Commitment, ActionError> {
    step("Deriving the secret: your wallet asks for a signature that moves no money");
    let file = prediction_file(tools, bounty, predictions).await?;
    step("Hashing the model");
    let model_cid = Prepare::default().cid_of(model, |_| {}).await?.cid;

    step("Keeping predictions and model in your vault");
    keep_both(tools, name, &file, model, &model_cid).await?;
    Ok(Commitment::of(&file, &model_cid))
}

/// The prediction file that this account, its wallet and these predictions give; the same on any device.
///
/// # Errors
/// [`ActionError`] when the wallet refuses.
pub async fn prediction_file(tools: Tools, bounty: &Bounty, predictions: &Chosen) -> Result<Vec<u8>, ActionError> {
    let trainer = tools.account()?;
    let secret =
        secret::derive(tools, Role::Trainer { bounty: bounty.id }, bounty.terms.post_number, &predictions.cid).await?;
    let file = PredictionFile {
        trainer,
        salt: secret.salt(),
        labels: predictions.indices.clone(),
        classes: bounty.terms.classes,
    };
    file.to_bytes().map_err(ActionError::feature)
}

/// Keeps a prediction file and the model that was committed to with it in the vault; of a large model only its name and CID.
///
/// # Errors
/// [`ActionError`] where the model cannot be read or the browser forbids storage.
pub async fn keep_both(
    tools: Tools,
    name: &str,
    prediction: &[u8],
    model: &File,
    model_cid: &Cid,
) -> Result<(), ActionError> {
    let vault = Vault::open().await?;
    let (cid, bytes) = (Cid::of_block(prediction), prediction.len() as u64);
    vault.keep(&entry(tools, PREDICTION, superhash(prediction), name, &cid, bytes)?, prediction).await?;
    let size = model.size() as u64;
    let bytes = if size <= MAX_KEPT_MODEL { read_file(model).await? } else { Vec::new() };
    let entry = entry(tools, MODEL, model_cid.superhash(), &model.name(), model_cid, size)?;
    Ok(vault.keep(&entry, &bytes).await?)
}

fn entry(tools: Tools, kind: Kind, superhash: Digest, name: &str, cid: &Cid, bytes: u64) -> Result<Entry, ActionError> {
    let deployment = tools.deployment();
    Ok(Entry {
        kind,
        chain_id: deployment.chain_id,
        market: deployment.demand(bounty::BOUNTY_MARKET)?,
        superhash,
        owner: tools.account()?,
        name: name.to_owned(),
        cid: cid.to_string(),
        bytes,
        saved_at: js_sys::Date::now() as u64,
    })
}
