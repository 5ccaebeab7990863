//! Checking a result without believing anybody: files by their hashes, score by counting.

use bounty::{Bounty, Commitment, Submission, TruthReveal, inputs, scoring::count_correct};
use protocol::{
    Address, Digest,
    cid::Cid,
    commitment::{MAX_FILE, PREDICTION_HEADER, PredictionFile, TRUTH_HEADER, TruthFile, superhash},
};

use app_core::{
    chain::Reader,
    content::{self, ContentError},
    settings::Settings,
};

/// Where a checked file came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Fetched by CID.
    Content,
    /// Taken from the transaction that revealed it.
    CallData,
}

/// A score counted again in this page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub trainer: Address,
    /// As the chain says.
    pub on_chain: u32,
    pub counted: Result<(u32, Origin), RecheckError>,
}

/// Why something could not be checked, or is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecheckError {
    #[error("The ground truth is not revealed yet, so there is nothing to check.")]
    NoTruth,
    #[error("This trainer has revealed nothing, so there is nothing to check.")]
    NotRevealed,
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error("The ground-truth file does not fit the commitment made at the start.")]
    TruthDiffers,
    #[error("The prediction file does not fit the commitment made by the trainer.")]
    PredictionDiffers,
    #[error("The revealed file is malformed: {0}")]
    Malformed(String),
    #[error("The prediction file names another trainer.")]
    OtherTrainer,
}

/// Re-scores every revealed submission.
///
/// # Errors
/// [`RecheckError`] when the ground truth itself cannot be had or is wrong.
pub async fn recheck(reader: Reader, settings: Settings, bounty: &Bounty) -> Result<Vec<Checked>, RecheckError> {
    let (truth, _) = truth(reader, settings, bounty).await?;
    let mut results = Vec::new();
    for submission in &bounty.submissions {
        let Some(reveal) = &submission.reveal else { continue };
        let counted = score(reader, settings, bounty, &truth, submission).await;
        results.push(Checked { trainer: submission.trainer, on_chain: reveal.correct, counted });
    }
    Ok(results)
}

/// The revealed ground-truth file, from wherever it can be had, checked against the commitment.
///
/// # Errors
/// [`RecheckError`]
pub async fn truth(reader: Reader, settings: Settings, bounty: &Bounty) -> Result<(Vec<u8>, Origin), RecheckError> {
    let TruthReveal { digest, tx, .. } = bounty.truth.as_ref().ok_or(RecheckError::NoTruth)?;
    let in_call = |call: &[u8]| inputs::truth_within(call, |file| Digest::of(file) == *digest);
    let (file, origin) = file(reader, settings, digest, tx, in_call).await?;
    if superhash(&file) != bounty.terms.truth_superhash {
        return Err(RecheckError::TruthDiffers);
    }
    TruthFile::parse(&file, bounty.terms.test_rows, bounty.terms.classes)
        .map_err(|e| RecheckError::Malformed(e.to_string()))?;
    Ok((file, origin))
}

/// As [`truth`], out of the transaction first: what a person does with it costs them a stake if it comes too late, so
/// that it never waits for a server.
///
/// # Errors
/// [`RecheckError`]
pub async fn truth_to_act_on(reader: Reader, settings: Settings, bounty: &Bounty) -> Result<Vec<u8>, RecheckError> {
    let reveal = bounty.truth.as_ref().ok_or(RecheckError::NoTruth)?;
    let call = reader.call_data(reveal.tx).await.ok();
    let is_it = |file: &[u8]| superhash(file) == bounty.terms.truth_superhash;
    match call.and_then(|call| inputs::truth_within(&call, is_it)) {
        Some(file) => Ok(file),
        None => Ok(truth(reader, settings, bounty).await?.0),
    }
}

/// What a trainer predicted, checked against the commitment: class index of each test row.
///
/// # Errors
/// [`RecheckError`]
pub async fn predictions(
    reader: Reader,
    settings: Settings,
    bounty: &Bounty,
    submission: &Submission,
) -> Result<Vec<u8>, RecheckError> {
    Ok(revealed(reader, settings, bounty, submission).await?.1.labels)
}

async fn score(
    reader: Reader,
    settings: Settings,
    bounty: &Bounty,
    truth: &[u8],
    submission: &Submission,
) -> Result<(u32, Origin), RecheckError> {
    let (file, _, origin) = revealed(reader, settings, bounty, submission).await?;
    let (rows, classes) = (bounty.terms.test_rows, bounty.terms.classes);
    let counted = count_correct(&truth[TRUTH_HEADER..], &file[PREDICTION_HEADER..], rows, classes)
        .map_err(|e| RecheckError::Malformed(e.to_string()))?;
    Ok((counted, origin))
}

/// The prediction file of a submission, as bytes and as read.
async fn revealed(
    reader: Reader,
    settings: Settings,
    bounty: &Bounty,
    submission: &Submission,
) -> Result<(Vec<u8>, PredictionFile, Origin), RecheckError> {
    let reveal = submission.reveal.as_ref().ok_or(RecheckError::NotRevealed)?;
    let (file, origin) = file(reader, settings, &reveal.digest, &reveal.tx, |call| {
        Some(inputs::reveal_prediction(call).ok()?.prediction_file)
    })
    .await?;
    // The chain has found this CID to be the committed one; here it is checked that it said so of this commitment.
    let committed =
        Commitment { prediction_superhash: superhash(&file), model_superhash: Digest::of(reveal.model_cid.as_bytes()) };
    if committed.word() != submission.commitment {
        return Err(RecheckError::PredictionDiffers);
    }
    let parsed = PredictionFile::parse(&file, bounty.terms.test_rows, bounty.terms.classes)
        .map_err(|e| RecheckError::Malformed(e.to_string()))?;
    if parsed.trainer != submission.trainer {
        return Err(RecheckError::OtherTrainer);
    }
    Ok((file, parsed, origin))
}

/// A revealed file by its digest: by CID where somebody has it, else out of the transaction.
async fn file(
    reader: Reader,
    settings: Settings,
    digest: &Digest,
    tx: &Digest,
    in_call: impl Fn(&[u8]) -> Option<Vec<u8>>,
) -> Result<(Vec<u8>, Origin), RecheckError> {
    let cid = Cid::raw(*digest).to_string();
    match content::fetch(settings, &cid, MAX_FILE as u64).await {
        Ok(bytes) => Ok((bytes, Origin::Content)),
        Err(error) => {
            let call = reader.call_data(*tx).await.ok();
            match call.and_then(|call| in_call(&call)).filter(|file| Digest::of(file) == *digest) {
                Some(bytes) => Ok((bytes, Origin::CallData)),
                None => Err(error.into()),
            }
        }
    }
}
