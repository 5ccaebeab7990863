//! The page's side of the worker that runs and trains models (`app/workers/models`).
//!
//! A model is a program from a stranger. One that does not answer in time, or breaks the worker, costs the worker and
//! nothing else: the next request starts a new one and opens the model again.

use std::{borrow::Cow, time::Duration};

use js_sys::Uint8Array;
use ml_task::{
    Answer, Card, ColumnImportance, Context, EngineChoice, FoldScore, Input, Point, Prediction, Progress, Ran, Request,
    Summary, TrainOptions,
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
    /// The same of the true labels; empty where there are none.
    pub truth: Vec<u16>,
    /// The classes of the bounty or the model, in order, and after them every other label that the model or the table gave.
    pub names: Vec<String>,
    pub rows: u64,
    /// Correct rows, where labels were given that can be compared.
    pub correct: Option<u64>,
    /// What to know where table and model call the classes otherwise.
    pub called: Option<String>,
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
    /// The same as class indices.
    pub classes: Vec<u16>,
    /// True and predicted class of each row kept aside.
    pub aside: Vec<[u16; 2]>,
}

/// What came of training in folds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// What each part scored that was kept aside.
    pub scores: Vec<FoldScore>,
    /// True and predicted class of each row, predicted while it was kept aside.
    pub rows: Vec<[u16; 2]>,
}

/// What shuffling columns costs an open model.
#[derive(Debug, Clone, PartialEq)]
pub struct Importances {
    /// In the order of the table; fewer than `total` where it was stopped.
    pub columns: Vec<ColumnImportance>,
    /// Columns of the table.
    pub total: u64,
    /// Rows that were looked at, and those that are right with nothing shuffled.
    pub rows: u64,
    pub right: u64,
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

    /// Fetches the worker's program and starts it, while what it will be asked is still on its way.
    pub async fn start(&self) {
        self.0.start().await;
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
        let Answer::Table { rows, names, correct, called, ran } = answer else { return Err(unexpected()) };
        let (classes, truth) = (words(&parts, "classes")?, words(&parts, "truth")?);
        let csv = parts.bytes("csv").map_err(WorkError::Failed)?;
        Ok(Predicted { csv, classes, truth, names, rows, correct, called, ran })
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
        let (aside, classes) = (pairs(&parts, "aside")?, words(&parts, "classes")?);
        let (model, predictions) = (bytes("model")?, bytes("predictions")?);
        Ok(Trained { summary: *summary, model, predictions, classes, aside })
    }

    /// Trains without each of `folds` parts of a CSV in turn; `point` is told which part is kept aside, from 1, and how far
    /// that training is.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn folds(
        &self,
        train: &[u8],
        options: TrainOptions,
        folds: u8,
        mut point: impl FnMut(u8, Point),
    ) -> Result<Folded, WorkError> {
        let told = |told: Progress| {
            if let Progress::Fold { fold, point: at, .. } = told {
                point(fold, at);
            }
        };
        let table = Parts::none().with("train", Part::moved(train));
        let request = Request::Folds { options, folds };
        let (answer, parts) = self.0.ask(&request, table, PATIENCE_IN_TRAINING, told).await?;
        let Answer::Folded { folds: scores } = answer else { return Err(unexpected()) };
        Ok(Folded { scores, rows: pairs(&parts, "rows")? })
    }

    /// Shuffles each column of a CSV of features and counts how many rows the open model gets right then; `truth` has the
    /// class of each row. `columns` is told those that are done, and all. A stop ends it with those.
    ///
    /// # Errors
    /// [`WorkError`] with a sentence for a person.
    pub async fn importance(
        &self,
        table: &[u8],
        truth: &[u16],
        repetitions: u32,
        mut columns: impl FnMut(u64, u64),
    ) -> Result<Importances, WorkError> {
        let told = |told: Progress| {
            if let Progress::Columns { columns: done, total } = told {
                columns(done, total);
            }
        };
        let truth: Vec<u8> = truth.iter().flat_map(|class| class.to_le_bytes()).collect();
        let parts = Parts::none().with("table", Part::moved(table)).with("truth", Part::moved(&truth));
        let request = Request::Importance { repetitions, seed: 1 };
        let (answer, _) = self.0.ask(&request, parts, PATIENCE, told).await?;
        let Answer::Importance { columns, total, rows, right } = answer else { return Err(unexpected()) };
        Ok(Importances { columns, total, rows, right })
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

/// Numbers of two bytes, the lower first.
fn words(parts: &Parts<Part>, name: &str) -> Result<Vec<u16>, WorkError> {
    let bytes = parts.bytes(name).map_err(WorkError::Failed)?;
    Ok(bytes.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect())
}

fn pairs(parts: &Parts<Part>, name: &str) -> Result<Vec<[u16; 2]>, WorkError> {
    Ok(words(parts, name)?.as_chunks().0.to_vec())
}
