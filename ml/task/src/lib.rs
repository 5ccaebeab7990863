//! What the page asks of the worker that runs and trains models (`app/workers/models`), and what it is told. Travels as
//! JSON through the channel of the crate `work`; bytes (model, tables, predictions) stand beside it, named below.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// From the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Read the ONNX file beside it (`model`); answered by [`Answer::Opened`]. The worker keeps it for what follows.
    Open { context: Context },
    /// Predict one row; answered by [`Answer::Predicted`].
    Predict { input: Input, engine: EngineChoice },
    /// Predict every row of the CSV beside it (`table`). [`Progress::Rows`] on the way, then [`Answer::Table`].
    PredictTable {
        /// Column with the true label, if there is one; it is left out of the features.
        label: Option<String>,
        engine: EngineChoice,
    },
    /// Train on the CSV beside it (`train`, label in the last column) and predict the rows of `test` (no label column).
    /// [`Progress::Epoch`]s on the way, then [`Answer::Trained`]; after a stop that is the best model so far.
    Train { options: TrainOptions },
    /// Train on all but one part of the CSV beside it (`train`) and predict that part, for each of `folds` parts in turn.
    /// [`Progress::Fold`]s on the way, then [`Answer::Folded`].
    Folds {
        options: TrainOptions,
        /// At least 2; rows of each class are shared out evenly.
        folds: u8,
    },
    /// Shuffle each column of the CSV beside it (`table`, features only), and count how many rows the open model gets right
    /// then: `truth` has the class index of each row, a little-endian u16. [`Progress::Columns`] on the way, then
    /// [`Answer::Importance`], after a stop with the columns that are done.
    Importance {
        /// How often each column is shuffled.
        repetitions: u32,
        /// Equal seeds shuffle alike.
        seed: u64,
    },
    /// For benchmarks: run the open model on random rows; answered by [`Answer::Times`]. No fallback: an engine that
    /// cannot fails.
    Measure { engine: Engine, rows: u32, runs: u32 },
    /// For benchmarks: the product of two random square matrices of `f32`, `runs` times in each way; answered by
    /// [`Answer::Products`].
    Product { size: u32, runs: u32 },
}

/// To the page, while a request is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Rows that are predicted, and all.
    Rows { rows: u64, total: u64 },
    /// A point of the training curves.
    Epoch { point: Point },
    /// Which part is kept aside, from 1, and how far training on the others is.
    Fold { fold: u8, folds: u8, point: Point },
    /// Columns that were shuffled, and all.
    Columns { columns: u64, total: u64 },
}

/// What is known about a model from where it was published.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Context {
    /// Class names of the bounty, in order of their indices.
    pub classes: Option<Vec<String>>,
    /// Feature columns of the bounty, in order.
    pub features: Option<Vec<String>>,
    /// What was measured before on this machine for this model; nothing is measured again then.
    pub measured: Vec<Measured>,
}

/// One row, as a person gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Texts in the order of [`Card::fields`].
    Fields(Vec<String>),
    /// Grey values, 0 black to 255 white, row by row, of the size of [`Card::picture`]; for three channels red, green and
    /// blue of each pixel in turn.
    Picture {
        pixels: Vec<u8>,
        /// What the brightest pixel is to the model (1, 16, 255).
        brightest: f32,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// SIMD on the CPU.
    Cpu,
    /// WebGPU.
    Gpu,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineChoice {
    /// Whichever was measured to be faster here, for this model and number of rows.
    #[default]
    Measured,
    Cpu,
    Gpu,
}

/// One measurement of both engines on this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Rows of the batch.
    pub batch: u32,
    /// Median microseconds of a batch.
    pub cpu_us: f64,
    /// Absent where the GPU cannot run this model; `why` says it.
    pub gpu_us: Option<f64>,
    pub why: Option<String>,
}

/// What a model is, read from its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub name: String,
    pub producer: String,
    /// Of `ai.onnx`; of `ai.onnx.ml` where the model uses nothing else.
    pub opset: i64,
    pub bytes: u64,
    pub parameters: u64,
    /// Operators and how often each occurs, by name.
    pub operators: BTreeMap<String, u32>,
    pub inputs: Vec<PortInfo>,
    pub outputs: Vec<PortInfo>,
    /// `metadata_props` of the file: plain text, as untrusted as the file.
    pub metadata: BTreeMap<String, String>,
    /// `licence` or `license` of the metadata.
    pub licence: Option<String>,
    /// What a form asks for one row.
    pub fields: Vec<Field>,
    /// Where the inputs can be one picture.
    pub picture: Option<Picture>,
    /// Class names in order, where the model or its bounty names them.
    pub classes: Vec<String>,
    /// Why WebGPU cannot run it; absent where it can.
    pub no_gpu: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PortInfo {
    pub name: String,
    /// As in `f32`, `string`.
    pub element: String,
    /// As in `N × 1 × 28 × 28`.
    pub shape: String,
}

/// One field of the form for a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub kind: FieldKind,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Number,
    Text,
    /// One of these, as the model's encoder lists them.
    Choice(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    /// 1 grey, 3 red, green, blue.
    pub channels: u32,
    /// What white is, where the model says it (metadata `modelmarket.brightest`).
    pub brightest: Option<f32>,
}

/// To the page, when a request is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Opened {
        card: Box<Card>,
    },
    Predicted {
        prediction: Prediction,
        ran: Ran,
    },
    /// Beside it: `csv`, the predictions as a file (header `prediction` and, where there are scores, one column a class),
    /// `classes`, one little-endian u16 a row: a position in `names`, 65535 where the model gave a number, and `truth`, the
    /// same of the true labels, empty where there are none.
    Table {
        rows: u64,
        /// The classes of the bounty or the model, in order, and after them every other label that the model or the table
        /// gave; the table's labels where the model only numbers its classes.
        names: Vec<String>,
        /// Correct rows, where labels were given that can be compared.
        correct: Option<u64>,
        /// What to know where table and model call the classes otherwise, a sentence: how they were taken, or why nothing
        /// was compared.
        called: Option<String>,
        ran: Ran,
    },
    /// Beside it: `model` (the ONNX file), `predictions` (one label a line, in the order of the test rows), `classes` (the same
    /// as class indices, little-endian u16) and `aside`, two such numbers for each row kept aside: its true class and the one
    /// that was predicted.
    Trained {
        summary: Box<Summary>,
    },
    /// Beside it: `rows`, two little-endian u16 for each row of the table: its true class and the one predicted while it was
    /// kept aside.
    Folded {
        /// In turn.
        folds: Vec<FoldScore>,
    },
    Importance {
        /// In the order of the table; fewer where it was stopped.
        columns: Vec<ColumnImportance>,
        /// Columns of the table.
        total: u64,
        /// Rows that were looked at, and those that are right with nothing shuffled.
        rows: u64,
        right: u64,
    },
    /// What was measured, after a warm-up.
    Times {
        /// Microseconds of a run, one for each of the runs asked for. A run shorter than the clock can tell is repeated
        /// and the mean told.
        micros: Vec<f64>,
        /// How often each was repeated.
        repeated: u32,
    },
    /// Microseconds of each product, after a warm-up. The GPU's is from submission to completion, without copies.
    Products {
        tiled: Vec<f64>,
        /// One thread an element, no shared memory.
        naive: Vec<f64>,
        cpu: Vec<f64>,
        /// The GPU, as it describes itself.
        gpu: String,
    },
}

/// What came of training without one part of the rows, on that part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoldScore {
    pub right: u64,
    pub rows: u64,
}

/// What shuffling a column costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnImportance {
    pub name: String,
    /// Mean fall of the share of right rows, below 0 where it grows.
    pub fall: f64,
    /// Standard deviation of a repetition.
    pub deviation: f64,
}

/// What a model says about one row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// Class name, or a number for a regression.
    pub label: String,
    /// Scores by class, highest first; probabilities where they add up to 1. Empty where the model gives none.
    pub scores: Vec<(String, f32)>,
    /// All outputs as text, cut short, for models that are not classifiers.
    pub outputs: Vec<(String, String)>,
}

/// How it was computed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ran {
    pub engine: Engine,
    /// Microseconds of computing, without reading the table.
    pub micros: f64,
    pub rows: u64,
    /// The comparison that decided, where there is one; the page keeps it with the model.
    pub measured: Option<Measured>,
    /// Why the GPU was given up on the way, if it was.
    pub fell_back: Option<String>,
    /// Which columns went into which input, and what to do if that is wrong, where nothing says it: a sentence.
    pub guessed: Option<String>,
    /// What stands in cells that were read as missing numbers without saying so, if any were: a sentence with the number
    /// of such cells and the place of the first.
    pub unread: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    Logistic,
    Mlp,
    Trees,
}

/// How to train. Everything is deterministic by `seed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainOptions {
    pub algorithm: Algorithm,
    pub seed: u64,
    /// Class names in the bounty's order.
    pub classes: Vec<String>,
    /// Share of the training rows kept aside for early stopping, 0 to 0.5.
    pub validation: f32,
    /// Epochs without improvement on the validation part before it ends; 0 never ends early.
    pub patience: u32,
    /// Weigh classes inversely to how often they occur.
    pub balance: bool,
    /// Epochs, or trees a class.
    pub rounds: u32,
    pub learning_rate: f32,
    /// L2 penalty, against the loss summed over all rows (scikit-learn's 1 / C).
    pub l2: f32,
    /// Widths of hidden layers (MLP).
    pub hidden: Vec<u32>,
    /// Most rows of a step (logistic, MLP); small tables take fewer, so that an epoch has steps enough.
    pub batch: u32,
    /// Depth of a tree.
    pub depth: u32,
    /// Where an MLP is trained; trees and logistic regression are always trained on the CPU.
    pub engine: EngineChoice,
    /// Written into the file's metadata.
    pub licence: Option<String>,
    /// Written into the file's metadata, as in `modelmarket.bounty`.
    pub notes: BTreeMap<String, String>,
}

impl TrainOptions {
    /// What suits most tables.
    pub fn new(algorithm: Algorithm, classes: Vec<String>) -> Self {
        let (rounds, learning_rate, l2, patience) = match algorithm {
            Algorithm::Logistic => (200, 0.02, 1.0, 20),
            Algorithm::Mlp => (100, 0.003, 5.0, 10),
            Algorithm::Trees => (200, 0.1, 1.0, 20),
        };
        Self {
            algorithm,
            seed: 1,
            classes,
            validation: 0.15,
            patience,
            balance: false,
            rounds,
            learning_rate,
            l2,
            hidden: vec![64],
            batch: 64,
            depth: 5,
            engine: EngineChoice::Measured,
            licence: None,
            notes: BTreeMap::new(),
        }
    }
}

/// One point of the training curves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// From 1.
    pub round: u32,
    pub rounds: u32,
    /// Mean cross-entropy, in nats.
    pub train_loss: f32,
    /// Absent without a validation part.
    pub validation_loss: Option<f32>,
    /// Share of correct rows, 0 to 1.
    pub train_accuracy: f32,
    pub validation_accuracy: Option<f32>,
    /// Since the beginning; 0 where there is no clock.
    pub seconds: f32,
}

/// What came of training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub engine: Engine,
    /// The round whose model was kept.
    pub best: Point,
    /// True where a person ended it.
    pub stopped: bool,
    pub model_bytes: u64,
    pub test_rows: u64,
    pub parameters: u64,
    /// Rows that were kept aside, on which the best round was chosen.
    pub validation_rows: u64,
    /// Columns that nothing was learned from, each with its reason.
    pub dropped: Vec<String>,
}
