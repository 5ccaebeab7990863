//! From tables to a trained model.

use ml_onnx::Model;
use ml_task::{Algorithm, Engine, Summary, TrainOptions};

use crate::{
    Gpu,
    error::{Part, TrainError},
    export, math,
    network::{
        cpu::CpuNetwork,
        fit::{self, Rows},
        weights::Network,
    },
    options,
    prepare::{Dropped, Preparation},
    split::{Parts, class_weights},
    table::{Given, Table},
    trees::{bins::Cuts, boost},
    watch::{Unwatched, Watch},
};

/// What came of training.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// With the preparation of its columns inside; `Model::to_bytes` is the file.
    pub model: Model,
    pub summary: Summary,
    /// Class index of each test row, as the model says it.
    pub predictions: Vec<u16>,
    /// Of each test row for each class in turn.
    pub probabilities: Vec<f32>,
    /// Columns that the model does not look at.
    pub dropped: Vec<Dropped>,
}

/// What an algorithm yields before it is put together.
struct Learned {
    model: Model,
    best: ml_task::Point,
    stopped: bool,
    engine: Engine,
    probabilities: Vec<f32>,
}

/// Trains on a CSV with the label in its last column, and predicts the rows of another without one, whose columns are
/// found by name. Where the options name no classes, they are those of the training rows.
///
/// # Errors
/// [`TrainError`]
pub async fn train(
    train_csv: &[u8],
    test_csv: &[u8],
    options: &TrainOptions,
    gpu: Option<&Gpu>,
    watch: &mut impl Watch,
) -> Result<Trained, TrainError> {
    let Given { table, labels, classes, test } = Given::read(train_csv, test_csv, &options.classes)?;
    let options = TrainOptions { classes, ..options.clone() };
    train_table(&table, &labels, &test, &options, gpu, watch).await
}

/// [`train`] on the CPU, without anybody looking on, to its end.
///
/// # Errors
/// [`TrainError`]
pub fn train_blocking(train_csv: &[u8], test_csv: &[u8], options: &TrainOptions) -> Result<Trained, TrainError> {
    now(train(train_csv, test_csv, options, None, &mut Unwatched))
}

/// Runs training that waits for nobody: on the CPU it never does.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

/// Trains on a table. `labels` are indices of the options' classes; `test` has the same columns in the same order.
///
/// # Errors
/// [`TrainError`]
pub async fn train_table(
    table: &Table,
    labels: &[u16],
    test: &Table,
    options: &TrainOptions,
    gpu: Option<&Gpu>,
    watch: &mut impl Watch,
) -> Result<Trained, TrainError> {
    options::check(options)?;
    let classes = options.classes.len();
    if table.rows() == 0 {
        return Err(TrainError::NoRows { part: Part::Training });
    }
    if labels.len() != table.rows() {
        return Err(TrainError::Labels { found: labels.len(), rows: table.rows() });
    }
    if let Some(row) = labels.iter().position(|label| usize::from(*label) >= classes) {
        return Err(TrainError::UnknownLabel { row: row + 1, label: format!("class number {}", labels[row]) });
    }
    if labels.iter().all(|label| *label == labels[0]) {
        return Err(TrainError::OneClass);
    }
    same_columns(table, test)?;
    let parts = Parts::draw(labels, classes, options.validation, options.seed);
    let weights = class_weights(labels, &parts.training, classes, options.balance);
    let preparation = Preparation::fit(table, &parts.training)?;
    let problem = Problem { table, labels, test, parts: &parts, weights: &weights, preparation: &preparation, options };
    let mut learned = match options.algorithm {
        Algorithm::Trees => problem.trees(watch).await?,
        Algorithm::Logistic => problem.network(&[], None, watch).await?,
        Algorithm::Mlp => problem.network(&options.hidden, gpu, watch).await?,
    };
    learned.model.metadata = export::metadata::metadata(&preparation, table, &options.classes, options);
    let predictions = learned.probabilities.chunks(classes).map(|row| math::highest(row) as u16).collect();
    let summary = Summary {
        engine: learned.engine,
        best: learned.best,
        stopped: learned.stopped,
        model_bytes: learned.model.to_bytes().len() as u64,
        test_rows: test.rows() as u64,
        parameters: learned.model.parameters(),
    };
    let (model, probabilities) = (learned.model, learned.probabilities);
    Ok(Trained { model, summary, predictions, probabilities, dropped: preparation.dropped })
}

fn same_columns(table: &Table, test: &Table) -> Result<(), TrainError> {
    for (at, column) in table.columns().iter().enumerate() {
        let same = test.columns().get(at).is_some_and(|other| {
            other.name == column.name && std::mem::discriminant(&other.cells) == std::mem::discriminant(&column.cells)
        });
        if !same {
            return Err(TrainError::MissingColumn { name: column.name.clone() });
        }
    }
    Ok(())
}

struct Problem<'a> {
    table: &'a Table,
    labels: &'a [u16],
    test: &'a Table,
    parts: &'a Parts,
    /// By class.
    weights: &'a [f32],
    preparation: &'a Preparation,
    options: &'a TrainOptions,
}

impl Problem<'_> {
    async fn network(&self, hidden: &[u32], _gpu: Option<&Gpu>, watch: &mut impl Watch) -> Result<Learned, TrainError> {
        let width = self.preparation.width();
        let network = Network::new(width, hidden, self.weights.len(), self.options.seed);
        let x = self.preparation.standardised(self.table);
        let rows = Rows { width, x: &x, labels: self.labels };
        let fitted = fit::on_cpu(network, &rows, self.parts, self.weights, self.options, watch).await?;
        let mut trained = CpuNetwork::new(fitted.network);
        let probabilities = trained.predict(&self.preparation.standardised(self.test))?;
        let name = export::metadata::title(self.options.algorithm);
        let model = export::network::model(&trained.network, self.preparation, &self.options.classes, name)?;
        Ok(Learned { model, best: fitted.best, stopped: fitted.stopped, engine: Engine::Cpu, probabilities })
    }

    async fn trees(&self, watch: &mut impl Watch) -> Result<Learned, TrainError> {
        let cuts = Cuts::fit(self.preparation, self.table, &self.parts.training);
        let codes = cuts.codes(self.preparation, self.table);
        let grown = boost::boost(cuts, &codes, self.labels, self.parts, self.weights, self.options, watch).await?;
        let codes = grown.forest.cuts.codes(self.preparation, self.test);
        let probabilities = grown.forest.predict(&codes, self.test.rows());
        let name = export::metadata::title(self.options.algorithm);
        let model = export::trees::model(&grown.forest, self.preparation, &self.options.classes, name)?;
        Ok(Learned { model, best: grown.best, stopped: grown.stopped, engine: Engine::Cpu, probabilities })
    }
}
