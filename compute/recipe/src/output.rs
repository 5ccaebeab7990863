//! The result of a recipe.

use ml_task::Algorithm;
use serde::{Deserialize, Serialize};
use thiserror::Error;

const TRAINED: &[u8] = b"modelmarket recipe 1 trained\n";
const REFUSED: &[u8] = b"modelmarket recipe 1 refused\n";

/// What a recipe came to. The file: a line that says which it is; behind it the sentence, or the model's length in bytes
/// (8, big-endian), the model as ONNX, and its figures as JSON.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    Trained {
        model: Vec<u8>,
        metrics: Metrics,
    },
    /// There is no model: what is wrong with recipe or table, and what to do.
    Refused {
        why: String,
    },
}

/// Figures of a model. Losses are mean cross-entropies in nats, accuracies shares of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    pub algorithm: Algorithm,
    /// The column that is predicted.
    pub target: String,
    pub classes: Vec<String>,
    /// Rows that were learned from, those that told when to end among them.
    pub rows: u64,
    pub test_rows: u64,
    /// The round whose model was kept.
    pub round: u32,
    pub train_loss: f32,
    pub train_accuracy: f32,
    pub validation_loss: Option<f32>,
    pub validation_accuracy: Option<f32>,
    /// On rows that nothing was learned from, where some were kept for it.
    pub test_accuracy: Option<f32>,
    pub parameters: u64,
    /// Columns that the model does not look at, with the reason.
    pub dropped: Vec<String>,
}

/// Why a file is no result of a recipe.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum BadOutput {
    #[error("This file is no result of a training recipe.")]
    NoOutput,
    #[error("The result of the recipe is damaged or cut. Ask for it again.")]
    Damaged,
}

impl Output {
    /// The file.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Trained { model, metrics } => {
                // Numbers and texts: there is nothing in it that JSON has not.
                let metrics = serde_json::to_vec(metrics).unwrap_or_default();
                [TRAINED, &(model.len() as u64).to_be_bytes(), model, &metrics].concat()
            }
            Self::Refused { why } => [REFUSED, why.as_bytes()].concat(),
        }
    }

    /// Reads a file of a stranger.
    ///
    /// # Errors
    /// [`BadOutput`].
    pub fn decode(file: &[u8]) -> Result<Self, BadOutput> {
        if let Some(why) = file.strip_prefix(REFUSED) {
            let why = String::from_utf8(why.to_vec()).map_err(|_| BadOutput::Damaged)?;
            return Ok(Self::Refused { why });
        }
        let rest = file.strip_prefix(TRAINED).ok_or(BadOutput::NoOutput)?;
        let (length, rest) = rest.split_first_chunk().ok_or(BadOutput::Damaged)?;
        let length = usize::try_from(u64::from_be_bytes(*length)).map_err(|_| BadOutput::Damaged)?;
        let (model, metrics) = rest.split_at_checked(length).ok_or(BadOutput::Damaged)?;
        let metrics = serde_json::from_slice(metrics).map_err(|_| BadOutput::Damaged)?;
        Ok(Self::Trained { model: model.to_vec(), metrics })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trained() -> Output {
        let metrics = Metrics {
            algorithm: Algorithm::Trees,
            target: "label".into(),
            classes: vec!["no".into(), "yes".into()],
            rows: 10,
            test_rows: 0,
            round: 3,
            train_loss: 0.5,
            train_accuracy: 0.75,
            validation_loss: None,
            validation_accuracy: None,
            test_accuracy: None,
            parameters: 7,
            dropped: vec![],
        };
        Output::Trained { model: vec![1, 2, 3], metrics }
    }

    #[test]
    fn what_was_written_is_read() {
        for output in [trained(), Output::Refused { why: "The column is missing.".into() }] {
            assert_eq!(Output::decode(&output.encode()), Ok(output));
        }
    }

    #[test]
    fn what_is_cut_or_another_file_is_refused() {
        let file = trained().encode();
        for end in 0..file.len() {
            let found = Output::decode(&file[..end]);
            assert!(found.is_err(), "{end}: {found:?}");
        }
        assert_eq!(Output::decode(b"id,label\n"), Err(BadOutput::NoOutput));
        let mut longer = file.clone();
        longer[TRAINED.len()] = 0xff;
        assert_eq!(Output::decode(&longer), Err(BadOutput::Damaged));
    }
}
