//! The page's side of the worker that runs and trains models (`app/workers/models`).
//!
//! A model is a program from a stranger. One that does not answer in time, or breaks the worker, costs the worker and
//! nothing else: the next request starts a new one and opens the model again.

use std::{borrow::Cow, time::Duration};

use js_sys::Uint8Array;
use ml_task::{
    Answer, Card, Context, EngineChoice, Input, Point, Prediction, Progress, Ran, Request, Summary, TrainOptions,
};
use work::{Part, Parts, Program, WorkError, channel::PATIENCE, page::Channel};

use super::unexpected;

pub(super) const PROGRAM: Program = Program {
    url: Cow::Borrowed("/models-worker_loader.js"),
    name: "models",
    does: "runs models",
    advice: "try a smaller model, or fewer rows",
    silence: Duration::from_secs(30),
};

/// Largest model that is opened, bytes.
pub const MAX_MODEL: u64 = 256 << 20;
/// Largest table that is read for training or prediction, bytes.
pub const MAX_TABLE: u64 = 512 << 20;

/// How long training may take to hear a stop: it does between two steps, and may be writing its model.
const PATIENCE_IN_TRAINING: Duration = Duration::from_secs(20);

/// The predictions of a table.
pub struct Predicted {
    /// As a file.
    pub csv: Vec<u8>,
    /// For each row a position in `names`, 65535 where the model gave a number.
    pub classes: Vec<u16>,
    /// The classes of the bounty or the model, in order, and after them every other label that the model gave.
    pub names: Vec<String>,
    pub rows: u64,
    /// Correct rows, where labels were given.
    pub correct: Option<u64>,
    pub ran: Ran,
}

/// What came of training.
#[derive(Clone)]
pub struct Trained {
    pub summary: Summary,
    /// The ONNX file.
    pub model: Vec<u8>,
    /// One label a line, in the order of the test rows.
    pub predictions: Vec<u8>,
}

/// The worker. One request at a time; the next waits for its turn.
#[derive(Clone)]
pub struct Models(Channel);

impl Default for Models {
    /// The worker is started when it is first asked.
    fn default() -> Self {
        Self(Channel::to(PROGRAM))
    }
}

impl Models {
    #[cfg(test)]
    pub(super) fn to(program: Program) -> Self {
        Self(Channel::to(program))
    }

    /// Reads a model; it is the one that the requests below are about, also in a worker that takes the place of this
    /// one.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person; the model that was open before is closed.
    pub async fn open(&self, bytes: &[u8], context: Context) -> Result<Card, WorkError> {
        self.0.forget();
        // Copied to the worker, so that it can be opened again.
        let parts = Parts::none().with("model", Part::Copied(Uint8Array::from(bytes)));
        let request = Request::Open { context };
        let (answer, _) = self.0.ask(&request, parts.clone(), PATIENCE, |_: Progress| {}).await?;
        let Answer::Opened { card } = answer else { return Err(unexpected()) };
        self.0.keep(&request, parts)?;
        Ok(*card)
    }

    /// Predicts one row.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn predict(&self, input: Input, engine: EngineChoice) -> Result<(Prediction, Ran), WorkError> {
        let request = Request::Predict { input, engine };
        match self.0.ask(&request, Parts::none(), PATIENCE, |_: Progress| {}).await?.0 {
            Answer::Predicted { prediction, ran } => Ok((prediction, ran)),
            _ => Err(unexpected()),
        }
    }

    /// Predicts every row of a CSV; `progress` is told the rows that are done, and all.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn predict_table(
        &self,
        table: &[u8],
        label: Option<String>,
        engine: EngineChoice,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Predicted, WorkError> {
        let told = |told: Progress| {
            if let Progress::Rows { rows, total } = told {
                progress(rows, total);
            }
        };
        let beside = Parts::none().with("table", Part::moved(table));
        let (answer, parts) = self.0.ask(&Request::PredictTable { label, engine }, beside, PATIENCE, told).await?;
        let Answer::Table { rows, names, correct, ran } = answer else { return Err(unexpected()) };
        let classes = parts.bytes("classes").map_err(WorkError::Failed)?;
        let classes = classes.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
        Ok(Predicted { csv: parts.bytes("csv").map_err(WorkError::Failed)?, classes, names, rows, correct, ran })
    }

    /// Trains on one CSV and predicts the rows of another; `epoch` is told every point of the curves. A stop ends it with
    /// the best model so far.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn train(
        &self,
        train: &[u8],
        test: &[u8],
        options: TrainOptions,
        mut epoch: impl FnMut(Point),
    ) -> Result<Trained, WorkError> {
        let told = |told: Progress| {
            if let Progress::Epoch { point } = told {
                epoch(point);
            }
        };
        let tables = Parts::none().with("train", Part::moved(train)).with("test", Part::moved(test));
        let (answer, parts) = self.0.ask(&Request::Train { options }, tables, PATIENCE_IN_TRAINING, told).await?;
        let Answer::Trained { summary } = answer else { return Err(unexpected()) };
        let bytes = |name| parts.bytes(name).map_err(WorkError::Failed);
        Ok(Trained { summary: *summary, model: bytes("model")?, predictions: bytes("predictions")? })
    }

    /// What `work` gives, which a request needs before it can be asked, unless a stop comes first; then `work` is given
    /// up.
    ///
    /// # Errors
    /// [`WorkError::Stopped`]
    pub async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Result<T, WorkError> {
        self.0.unless_stopped(work).await
    }

    /// Asks everything that was asked to end. Training ends with the best so far, everything else with
    /// [`WorkError::Stopped`]; a worker that does not hear is ended.
    pub fn stop(&self) {
        self.0.stop();
    }

    /// Ends the worker at once, for a page that goes away.
    pub fn end(&self) {
        self.0.end();
    }
}
