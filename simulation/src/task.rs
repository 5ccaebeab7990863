//! What a page asks of a worker that plays simulations, and what it is told. Travels as JSON through the channel of the
//! crate `work`; bytes stand beside it, named below.

use serde::{Deserialize, Serialize};

use crate::{config::Config, result::Outcome};

/// From the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Play this on the CSV beside it (`table`). A stop ends the run with the outcome of the part that was played. On
    /// the way the page is told [`Progress`](crate::Progress), at the end [`Answer::Played`].
    Play {
        config: Box<Config>,
        /// Label column from 0; it is guessed where it is absent.
        label: Option<u32>,
    },
}

/// To the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Beside it: `file`, the model as it is deployed, and `test`, its hidden test set as it is published.
    Played {
        outcome: Box<Outcome>,
        /// Rows of the test set.
        test_rows: u32,
    },
}
