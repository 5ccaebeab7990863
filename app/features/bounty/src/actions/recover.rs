//! Getting committed files back: from the vault, or from the wallet and the source files.

use bounty::{Bounty, Commitment, Role, Submission};
use dataset::{SplitOptions, metadata::Metadata};
use protocol::{cid::Cid, commitment::superhash};
use wasm_bindgen::JsValue;
use web_sys::File;

use super::{
    post,
    publish::Revealed,
    secret,
    submit::{self, Chosen},
};
use crate::vault_kinds::{MODEL, PREDICTION};
use app_core::{
    action::{ActionError, Tools},
    vault::{Entry, Vault},
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
        "These predictions, this model and this wallet give another commitment than yours. Either a file differs from \
         the ones you submitted, or this wallet does not sign the same way twice; then only your exported vault file \
         helps."
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
    let secret = secret::derive(tools, Role::Requester, bounty.terms.post_number, &survey.source).await?;
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

/// Predictions kept by this browser, if they are, with the model that was committed to beside them: of one that is too large
/// to be kept its CID alone.
pub async fn kept_prediction(submission: &Submission) -> Option<Revealed> {
    let vault = Vault::open().await.ok()?;
    let (prediction, entry) = kept_pair(&vault, submission).await?;
    let prediction = vault.file(&prediction.superhash).await.ok()??;
    let model = vault.file(&entry.superhash).await.ok().flatten().filter(|model| model.len() as u64 == entry.bytes);
    let model = model.map(|model| js_sys::Uint8Array::from(&model[..]).into());
    Some(Revealed { prediction, model_cid: entry.cid.parse().ok()?, model })
}

/// The prediction file kept by this browser, if it is.
pub async fn kept_prediction_file(submission: &Submission) -> Option<Vec<u8>> {
    let vault = Vault::open().await.ok()?;
    let (prediction, _) = kept_pair(&vault, submission).await?;
    vault.file(&prediction.superhash).await.ok()?
}

/// The predictions and the model that were committed to. The chain has one word for both, so it is looked for which two
/// of the kept files give it.
async fn kept_pair(vault: &Vault, submission: &Submission) -> Option<(Entry, Entry)> {
    let entries = vault.entries().await.ok()?;
    let of = |kind| entries.iter().filter(move |entry| entry.kind == kind);
    let committed = |prediction: &Entry, model: &Entry| Commitment {
        prediction_superhash: prediction.superhash,
        model_superhash: model.superhash,
    };
    of(PREDICTION)
        .flat_map(|prediction| of(MODEL).map(move |model| (prediction, model)))
        .find(|(prediction, model)| committed(prediction, model).word() == submission.commitment)
        .map(|(prediction, model)| (prediction.clone(), model.clone()))
}

/// Where the prediction file comes from.
pub enum Predictions {
    /// From the vault.
    Kept(Vec<u8>),
    /// To be made again from plain predictions and the wallet.
    Chosen(Chosen),
}

/// Predictions and model as they were committed to, kept in the vault from now on.
///
/// # Errors
/// [`ActionError::Feature`] when they are not the ones committed.
pub async fn both(
    tools: Tools,
    bounty: &Bounty,
    submission: &Submission,
    name: &str,
    predictions: Predictions,
    model: &File,
) -> Result<Revealed, ActionError> {
    let (prediction, otherwise) = match predictions {
        Predictions::Kept(file) => (file, RecoverError::Model),
        Predictions::Chosen(chosen) => {
            (submit::prediction_file(tools, bounty, &chosen).await?, RecoverError::Prediction)
        }
    };
    let model_cid = Prepare::default().cid_of(model, |_| {}).await?.cid;
    if Commitment::of(&prediction, &model_cid).word() != submission.commitment {
        return Err(otherwise.into());
    }
    let vault = Vault::open().await?;
    submit::keep_prediction(tools, &vault, name, &prediction).await?;
    submit::keep_model(tools, &vault, model, &model_cid).await?;
    Ok(Revealed { prediction, model_cid, model: Some(model.into()) })
}

/// A chosen file, if it is the model with this CID.
///
/// # Errors
/// [`ActionError::Feature`] where it is another file.
pub async fn chosen_model(model: &File, cid: &Cid) -> Result<(Cid, JsValue), ActionError> {
    if Prepare::default().cid_of(model, |_| {}).await?.cid != *cid {
        return Err(RecoverError::Model.into());
    }
    Ok((*cid, model.into()))
}
