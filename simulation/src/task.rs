//! What a page asks of the worker that computes with shared models (`app/workers/simulate`), and what it is told. Travels
//! as JSON through the channel of the crate `work`; bytes stand beside it, named below.

use serde::{Deserialize, Serialize};
use shared_model::learn::task as learn;

use crate::{config::Config, result::Outcome};

/// From the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Play this on the CSV beside it (`table`). A stop ends the run with the outcome of the part that was played. The
    /// page is told [`Progress::Run`]; answered by [`Answer::Played`].
    Play {
        config: Box<Config>,
        /// Label column from 0; it is guessed where it is absent.
        label: Option<u32>,
    },
    /// Read a table, train on it, or replay a history; answered by [`Answer::Learn`].
    Learn(learn::Request),
}

/// To the page, while a request is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// How far a simulation is.
    Run(crate::Progress),
    /// How many events were replayed.
    Events(u32),
}

/// To the page, when a request is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Beside it: `file`, the model as it is deployed, and `test`, its hidden test set as it is published.
    Played {
        outcome: Box<Outcome>,
        /// Rows of the test set.
        test_rows: u32,
    },
    Learn(learn::Answer),
}
