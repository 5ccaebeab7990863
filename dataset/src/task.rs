//! What the page asks of its preparing worker, and what it is told. Travels as JSON through the channel of the crate
//! `work`; files and bytes stand beside it, named below.

use serde::{Deserialize, Serialize};

pub use crate::SurveyOptions;
use crate::{DatasetError, OwnedOptions, OwnedReport, Peek, PublishedReport, SplitOptions, SplitReport, SurveyReport};
use protocol::cid::Cid;

use crate::predictions::{PredictionNote, PredictionsError};

/// From the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Look at the beginning of the files beside it: `table`, or features there and `labels`. Answered by
    /// [`Answer::Peek`].
    Peek { options: SurveyOptions },
    /// Check and count the same files; answered by [`Answer::Survey`]. The worker keeps what a split needs.
    Survey { options: SurveyOptions },
    /// Split what was surveyed last; answered by [`Answer::Split`].
    Split { options: SplitOptions },
    /// Check, write and commit to a table that stays with its owner (`table`, beside it); answered by [`Answer::Owned`].
    Owned { options: OwnedOptions },
    /// CID of the file beside it (`file`), of any size; answered by [`Answer::Hash`].
    Hash,
    /// Join the ONNX model beside it (`model`) with the files where it keeps numbers (`beside-0`, `beside-1` and so on), as
    /// far as they were chosen; answered by [`Answer::Model`].
    Model,
    /// Check a trainer's predictions, which stand beside it (`file`), and the bounty's test file (`test`) if it is at
    /// hand; answered by [`Answer::Predictions`]. `label` is what the bounty's label is called.
    Predictions { classes: Vec<String>, label: String, test_rows: u32 },
    /// Look at a published file, which stands beside it (`file`); `labelled` for `train.csv`. Answered by
    /// [`Answer::Published`].
    Published { labelled: bool },
    /// A prediction file to fill in for the test file beside it (`test`), with this class in every row; answered by
    /// [`Answer::Template`].
    Template { classes: Vec<String>, class: u8 },
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
    /// Computing the CID of a file.
    Hashing,
    /// Looking at the columns of a published file.
    Looking,
}

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Bytes of this stage.
    pub done: u64,
    /// All bytes of this stage.
    pub total: u64,
}

/// To the page, when a request is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Peek {
        table: Peek,
        labels: Option<Peek>,
    },
    Survey(SurveyReport),
    /// Beside it: the files `train` and `test`, and the bytes `truth`, the class index of each test row.
    Split(SplitReport),
    /// Beside it: the bytes `table`, as they are kept.
    Owned(OwnedReport),
    Hash {
        cid: Cid,
        bytes: u64,
    },
    Model(ModelFiles),
    /// Predictions that fit the bounty: class index of each test row, and the CID of the plain predictions.
    Predictions {
        indices: Vec<u8>,
        cid: Cid,
        /// Whether other columns stand beside the labels, which may name the rows of the test file.
        beside: bool,
        /// How the file was read.
        notes: Vec<PredictionNote>,
    },
    Published(PublishedReport),
    /// Beside it: the bytes `template`.
    Template,
}

/// What the file of a model needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelFiles {
    /// Nothing, as far as anybody can tell without reading it as a model.
    Whole,
    /// Files that were not chosen: their names, and the bytes that each has at least.
    Missing(Vec<(String, u64)>),
    /// Beside it: the one file `model`.
    Joined {
        /// What the model calls the file beside it, where that has another name.
        renamed: Option<String>,
    },
}

/// Why a request ended without an answer.
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
    /// A sentence about a model in several files.
    #[error("{0}")]
    Model(String),
    #[error("There is nothing to split: check a data set first.")]
    NotSurveyed,
    /// A sentence about a file that the page did not hand over.
    #[error("{0}")]
    Missing(String),
    /// The browser, which hashes with the processor's own instructions, could not.
    #[error("The browser could not compute a hash ({cause}); reload the page.")]
    Hash { cause: String },
    #[error("Stopped.")]
    Stopped,
}
