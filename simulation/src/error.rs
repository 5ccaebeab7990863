//! Why a simulation cannot be run.

use shared_model::{EncodeError, FoldError, SpecError, TermsError, file::FileError, market::PayoutError};

/// What is wrong, and what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SimulationError {
    #[error("The configuration is not readable ({0}). Give it a JSON file of the format {format}.", format = crate::FORMAT)]
    Json(String),
    #[error("The configuration has the format “{found}”; only {} is read. Choose another file.", crate::FORMAT)]
    Format { found: String },
    #[error("{what} is {found}, but must be {least} to {most}.")]
    OutOfRange { what: &'static str, found: u64, least: u64, most: u64 },
    #[error("There are no agents; add at least one.")]
    NoAgents,
    #[error("The data have {rows} rows, too few to split into a start, a test set and something to contribute.")]
    TooFewRows { rows: usize },
    #[error("None of the {rows} rows can be used. The first of these: {}", first.of_row())]
    NothingEncoded { rows: usize, first: EncodeError },
    #[error("{0}")]
    Encoder(#[from] SpecError),
    #[error("{0}")]
    Terms(#[from] TermsError),
    #[error("{0}")]
    Train(#[from] shared_model::learn::train::TrainError),
    #[error("{0}")]
    Classifier(#[from] shared_model::learn::classifier::ClassifierError),
    #[error("{0}")]
    Payout(#[from] PayoutError),
    #[error("{0}")]
    File(#[from] FileError),
    /// The simulation broke its own rules; a fault of this program.
    #[error("{0}")]
    Fold(#[from] FoldError),
}
