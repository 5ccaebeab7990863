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

/// The ground truth made again from the source file and the wallet.
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

/// Predictions and model as they were committed to.
pub struct Recovered {
    pub revealed: Revealed,
    /// What to tell the person where this browser does not keep them.
    pub not_kept: Option<String>,
}

impl Recovered {
    /// Neither a claim nor a reveal needs the vault, and without them the stake is lost: so whatever comes of keeping the
    /// files, they are given back.
    fn whether_kept(revealed: Revealed, kept: Result<(), ActionError>) -> Self {
        let not_kept = kept.err().map(|why| {
            format!(
                "Both files are the ones you committed to, but this browser did not keep them. Keep them yourself: after \
                 a reload, and for the next step, you choose them again. {why}"
            )
        });
        Self { revealed, not_kept }
    }
}

/// Predictions and model as they were committed to, kept in the vault from now on where that can be.
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
) -> Result<Recovered, ActionError> {
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
    let kept = submit::keep_both(tools, name, &prediction, model, &model_cid).await;
    Ok(Recovered::whether_kept(Revealed { prediction, model_cid, model: Some(model.into()) }, kept))
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

#[cfg(test)]
mod tests {
    use app_core::vault::VaultError;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn a_browser_that_keeps_nothing_gives_the_files_back_all_the_same() {
        let revealed =
            || Revealed { prediction: vec![1, 2, 3], model_cid: Cid::of_block(b"model"), model: Some(JsValue::NULL) };
        let blocked = VaultError::Storage("QuotaExceededError".into());
        let found = Recovered::whether_kept(revealed(), Err(blocked.into()));
        assert_eq!((found.revealed.prediction, found.revealed.model_cid), (vec![1, 2, 3], Cid::of_block(b"model")));
        assert!(found.revealed.model.is_some(), "so that it can be published after the reveal");
        let said = found.not_kept.expect("it is said");
        assert!(said.contains("QuotaExceededError") && said.contains("choose them again"), "{said}");
        assert_eq!(Recovered::whether_kept(revealed(), Ok(())).not_kept, None);
    }
}
