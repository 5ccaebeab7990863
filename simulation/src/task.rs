//! What a page asks of a worker that plays simulations, and what it is told. Travels as JSON; the table and the files
//! that come of a run stand beside it as bytes.

use serde::{Deserialize, Serialize};

use crate::{config::Config, result::Outcome};

/// From the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Play this on the table beside it. The label column counts from 0; it is guessed where it is absent.
    Run { config: Box<Config>, label: Option<u32> },
    /// End the run under way; its outcome is that of the part that was played.
    Stop,
}

/// To the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// The worker runs and listens.
    Ready,
    Progress {
        /// 0 to 1.
        done: f64,
        day: f64,
        contributions: u32,
        /// Rows of the test set that are predicted as labelled, at the last point of the curve.
        correct: u32,
        total: u32,
    },
    /// The run is over. Beside it: the model as it is deployed, and its test set.
    Done { outcome: Box<Outcome>, test_rows: u32 },
    /// Nothing was played; a sentence for a person.
    Failed { why: String },
}
