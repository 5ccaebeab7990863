//! Lines of a recipe's log.

use ml_task::Point;
use serde::{Deserialize, Serialize};

/// Something to tell. A line of the log is its JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// The table is read.
    Read { rows: u64, test_rows: u64, columns: u32, classes: u32 },
    /// An epoch, or a round of trees, is done. Losses are mean cross-entropies in nats.
    Round {
        /// From 1.
        round: u32,
        rounds: u32,
        train_loss: f32,
        validation_loss: Option<f32>,
        train_accuracy: f32,
        validation_accuracy: Option<f32>,
    },
    /// The model is written.
    Done { model_bytes: u64 },
    /// There is no model, for a reason that somebody can do something about.
    Refused { why: String },
    /// The module itself is at fault, or its memory at an end; it stops.
    Fault { why: String },
}

impl Line {
    /// Reads a line of a log; `None` for one of another module.
    pub fn read(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }

    /// The line.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Numbers and texts: there is nothing in it that JSON has not.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The same for people.
    pub fn sentence(&self) -> String {
        match self {
            Self::Read { rows, test_rows, columns, classes } => {
                format!(
                    "Read {rows} rows to learn from and {test_rows} for the test: {columns} columns, {classes} classes."
                )
            }
            Self::Round { round, rounds, train_loss, validation_loss, train_accuracy, .. } => {
                let validation = validation_loss.map(|loss| format!(", validation loss {loss:.4}")).unwrap_or_default();
                let accuracy = train_accuracy * 100.0;
                format!("Round {round} of {rounds}: loss {train_loss:.4}{validation}, {accuracy:.1} % correct.")
            }
            Self::Done { model_bytes } => format!("The model is written: {model_bytes} bytes."),
            Self::Refused { why } | Self::Fault { why } => why.clone(),
        }
    }
}

impl From<&Point> for Line {
    /// Without the time that it took, which would differ by machine.
    fn from(point: &Point) -> Self {
        Self::Round {
            round: point.round,
            rounds: point.rounds,
            train_loss: point.train_loss,
            validation_loss: point.validation_loss,
            train_accuracy: point.train_accuracy,
            validation_accuracy: point.validation_accuracy,
        }
    }
}
