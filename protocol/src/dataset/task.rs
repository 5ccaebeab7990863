//! What the page and its preparing worker say to each other. Files travel beside these messages, as handles.

use serde::{Deserialize, Serialize};

use super::{DatasetError, Peek, ReadOptions, SplitOptions, SplitReport, SurveyReport};
use crate::{cid::Cid, predictions::PredictionsError};

/// How to read a data set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyOptions {
    /// Of the only file, or of the features file.
    pub table: ReadOptions,
    /// Of the labels file.
    pub labels: ReadOptions,
    /// Label column from 0, in the labels file where there is one; the one [`Peek::label`] suggests unless chosen.
    pub label: Option<u32>,
}

/// What the page asks. Files: the table, or features and labels; for [`Task::Hash`] any one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Look at the beginning of the files.
    Peek {
        options: SurveyOptions,
    },
    Survey {
        options: SurveyOptions,
    },
    /// Split what was surveyed last.
    Split {
        options: SplitOptions,
    },
    /// CID of a file of any size.
    Hash,
    /// Check a trainer's predictions.
    Predictions {
        classes: Vec<String>,
        test_rows: u32,
    },
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// First pass: checking the labels file.
    Labels,
    /// First pass: checking and hashing.
    Checking,
    /// Second pass: writing training rows, setting test rows aside.
    Splitting,
    /// Putting test rows into their order.
    Shuffling,
    Hashing,
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub stage: Stage,
    /// Bytes of this stage.
    pub done: u64,
    pub total: u64,
}

/// What the worker answers. Files travel beside it: training and test file for [`Answer::Split`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The worker runs.
    Ready,
    Progress(Progress),
    Peek {
        table: Peek,
        labels: Option<Peek>,
    },
    Survey(SurveyReport),
    Split(SplitReport),
    Hash {
        cid: Cid,
        bytes: u64,
    },
    /// Predictions that fit the bounty: class index of each test row, and the CID of the plain predictions.
    Predictions {
        indices: Vec<u8>,
        cid: Cid,
    },
    /// The sentence of a [`Failure`]: all that the page needs of it, and a fraction of the code.
    Failed(String),
}

/// Why a task ended without a result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Data(#[from] DatasetError),
    #[error(transparent)]
    Predictions(#[from] PredictionsError),
    /// The browser could not read the file.
    #[error("The browser could not read “{name}” ({cause}). If the file was changed or moved, choose it again.")]
    Unreadable { name: String, cause: String },
    /// The browser could not keep the result.
    #[error(
        "The browser could not store the prepared files ({cause}). Free some disk space, or leave private browsing, and try again."
    )]
    Storage { cause: String },
    #[error("There is nothing to split: check a data set first.")]
    NotSurveyed,
    #[error("The page and its worker do not understand each other ({cause}); reload the page.")]
    Protocol { cause: String },
}
