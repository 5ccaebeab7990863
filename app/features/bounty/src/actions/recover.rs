//! Getting committed files back: from the vault, or from the wallet and the source files.

use bounty::{Bounty, Role, Submission};
use dataset::{SplitOptions, metadata::Metadata};
use protocol::commitment::superhash;
use web_sys::File;

use super::{
    post,
    reveal_prediction::Revealed,
    secret,
    submit::{self, Chosen},
};
use app_core::{
    action::{ActionError, Tools},
    vault::Vault,
    workers::prepare::{Prepare, Source},
};

/// Why files and wallet do not give back what was committed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecoverError {
    #[error(
        "This data set and this wallet give another ground truth than the one committed. Either a file differs from \
         the one you posted, or this wallet does not sign the same way twice; then only your exported vault file helps."
    )]
    Truth,
    #[error(
        "These predictions and this wallet give another commitment than yours. Either the file differs from the one \
         you submitted, or this wallet does not sign the same way twice; then only your exported vault file helps."
    )]
    Prediction,
    #[error("This is not the model you committed to: its CID differs. Choose the file you submitted.")]
    Model,
}

impl From<RecoverError> for ActionError {
    fn from(error: RecoverError) -> Self {
        Self::Feature(error.to_string())
    }
}

/// The ground truth kept by this browser, if it is.
pub async fn kept_truth(bounty: &Bounty) -> Option<Vec<u8>> {
    Vault::open().await.ok()?.file(&bounty.terms.truth_superhash).await.ok()?
}

/// The ground truth made again from the source file and the wallet; kept in the vault.
///
/// # Errors
/// [`ActionError::Feature`] when it is not the one committed.
pub async fn truth(
    tools: Tools,
    bounty: &Bounty,
    metadata: &Metadata,
    source: &Source,
    step: impl Fn(&'static str),
) -> Result<Vec<u8>, ActionError> {
    step("Reading the data set");
    let worker = Prepare::default();
    let preparation = &metadata.preparation;
    let survey = worker.survey(source, preparation.reading.clone(), |_| {}).await?;
    step("Deriving the secret: your wallet asks for a signature that moves no money");
    let secret = secret::derive(tools, Role::Requester, &survey.source).await?;
    step("Splitting again");
    let options = SplitOptions {
        seed: secret.seed(),
        share_percent: preparation.share_percent,
        stratified: preparation.stratified,
    };
    let prepared = worker.split(options, |_| {}).await?;
    let file = post::truth_file(&secret, &prepared)?;
    if superhash(&file) != bounty.terms.truth_superhash {
        return Err(RecoverError::Truth.into());
    }
    Ok(file)
}

/// Predictions and model kept by this browser, if both are.
pub async fn kept_prediction(submission: &Submission) -> Option<Revealed> {
    let vault = Vault::open().await.ok()?;
    let prediction = vault.file(&submission.prediction_superhash).await.ok()??;
    let entry = vault.entry(&submission.model_superhash).await.ok()??;
    let model = vault.file(&submission.model_superhash).await.ok()??;
    if model.len() as u64 != entry.bytes {
        return None;
    }
    let model_cid = entry.cid.parse().ok()?;
    Some(Revealed { prediction, model_cid, model: js_sys::Uint8Array::from(&model[..]).into() })
}

/// The prediction file kept by this browser, if it is.
pub async fn kept_prediction_file(submission: &Submission) -> Option<Vec<u8>> {
    Vault::open().await.ok()?.file(&submission.prediction_superhash).await.ok()?
}

/// The prediction file made again from the plain predictions and the wallet.
///
/// # Errors
/// [`ActionError::Feature`] when it is not the one committed.
pub async fn prediction(
    tools: Tools,
    bounty: &Bounty,
    submission: &Submission,
    name: &str,
    predictions: &Chosen,
) -> Result<Vec<u8>, ActionError> {
    let file = submit::prediction_file(tools, bounty, predictions).await?;
    if superhash(&file) != submission.prediction_superhash {
        return Err(RecoverError::Prediction.into());
    }
    submit::keep_prediction(tools, &Vault::open().await?, name, &file).await?;
    Ok(file)
}

/// The model chosen again.
///
/// # Errors
/// [`ActionError::Feature`] when it is not the one committed.
pub async fn model(tools: Tools, submission: &Submission, model: &File) -> Result<protocol::cid::Cid, ActionError> {
    let cid = Prepare::default().cid_of(model, |_| {}).await?.cid;
    if cid.superhash() != submission.model_superhash {
        return Err(RecoverError::Model.into());
    }
    submit::keep_model(tools, &Vault::open().await?, model, &cid).await?;
    Ok(cid)
}
