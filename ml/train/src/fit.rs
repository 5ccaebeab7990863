//! From tables to a trained model.

use dataset::{DatasetError, Part};
use ml_onnx::Model;
use ml_task::{Algorithm, Engine, Summary, TrainOptions};

use crate::{
    Gpu,
    error::TrainError,
    export, math,
    network::{choose, cpu::CpuNetwork, fit::Samples, weights::Network},
    options,
    table::prepare::{Dropped, Preparation},
    table::split::{Parts, class_weights},
    table::{Given, Table},
    trees::{bins::Cuts, boost},
    watch::{Silent, Unwatched, Watch},
};

/// Rows, and cells of features, up to which a table is learned from as a whole in the end.
const FEW_ROWS: usize = 5_000;
const FEW_CELLS: usize = 1 << 20;

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
    /// True and predicted class index of each row kept aside, in the order of the table, as the model of the best round
    /// says it: the one that has not seen them.
    pub kept_aside: Vec<(u16, u16)>,
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
    /// Of each row kept aside for each class in turn.
    aside: Vec<f32>,
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

/// Trains on a table: on all but the rows kept aside for as long as those tell, and, where rows are few, once more on
/// all of them for as many rounds; the summary's point is of the first. `labels` are indices of the options' classes; `test` has the same columns in the same order.
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
        return Err(DatasetError::HeaderOnly { part: Part::Training }.into());
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
    let (problem, mut learned) = {
        let problem = Problem::new(table, labels, test, options, parts)?;
        let learned = problem.solve(options.rounds, gpu, watch).await?;
        (problem, learned)
    };
    let mut preparation = problem.preparation;
    let validation_rows = problem.parts.validation.len() as u64;
    let said = learned.aside.chunks(classes).map(|row| math::highest(row) as u16);
    let kept_aside = problem.parts.validation.iter().map(|row| labels[*row as usize]).zip(said).collect();
    // Of few rows those kept aside are missed: with the number of rounds that they told, all rows are learned from.
    let few = table.rows() <= FEW_ROWS && table.rows() * preparation.width() <= FEW_CELLS;
    if few && !problem.parts.validation.is_empty() && !learned.stopped {
        let parts = Parts { training: (0..table.rows() as u32).collect(), validation: Vec::new() };
        let whole = Problem::new(table, labels, test, options, parts)?;
        let again = whole.solve(learned.best.round, gpu, &mut Silent(watch)).await?;
        if again.stopped {
            learned.stopped = true;
        } else {
            learned = Learned { best: learned.best, ..again };
            preparation = whole.preparation;
        }
    }
    learned.model.metadata = export::metadata::metadata(&preparation, table, &options.classes, options);
    let predictions = learned.probabilities.chunks(classes).map(|row| math::highest(row) as u16).collect();
    let summary = Summary {
        engine: learned.engine,
        best: learned.best,
        stopped: learned.stopped,
        model_bytes: learned.model.to_bytes().len() as u64,
        test_rows: test.rows() as u64,
        parameters: learned.model.parameters(),
        validation_rows,
        dropped: preparation.dropped.iter().map(|dropped| dropped.why.clone()).collect(),
    };
    let (model, probabilities) = (learned.model, learned.probabilities);
    Ok(Trained { model, summary, predictions, probabilities, kept_aside, dropped: preparation.dropped })
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
    options: &'a TrainOptions,
    parts: Parts,
    /// By class.
    weights: Vec<f32>,
    preparation: Preparation,
}

impl<'a> Problem<'a> {
    fn new(
        table: &'a Table,
        labels: &'a [u16],
        test: &'a Table,
        options: &'a TrainOptions,
        parts: Parts,
    ) -> Result<Self, TrainError> {
        let weights = class_weights(labels, &parts.training, options.classes.len(), options.balance);
        let preparation = Preparation::fit(table, &parts.training)?;
        Ok(Self { table, labels, test, options, parts, weights, preparation })
    }

    async fn solve(&self, rounds: u32, gpu: Option<&Gpu>, watch: &mut impl Watch) -> Result<Learned, TrainError> {
        match self.options.algorithm {
            Algorithm::Trees => self.trees(rounds, watch).await,
            Algorithm::Logistic => self.network(&[], rounds, None, watch).await,
            Algorithm::Mlp => self.network(&self.options.hidden, rounds, gpu, watch).await,
        }
    }

    async fn network(
        &self,
        hidden: &[u32],
        rounds: u32,
        gpu: Option<&Gpu>,
        watch: &mut impl Watch,
    ) -> Result<Learned, TrainError> {
        let width = self.preparation.width();
        let network = Network::new(width, hidden, self.weights.len(), self.options.seed);
        let x = self.preparation.standardised(self.table);
        let rows = Samples { width, x: &x, labels: self.labels };
        let task = choose::Task {
            network: &network,
            rows: &rows,
            parts: &self.parts,
            class_weights: &self.weights,
            options: self.options,
            rounds,
        };
        let (fitted, engine) = task.run(gpu, watch).await?;
        let mut trained = CpuNetwork::new(fitted.network);
        let probabilities = trained.predict(&self.preparation.standardised(self.test))?;
        let (mut kept, mut truth) = (Vec::new(), Vec::new());
        rows.gather(&self.parts.validation, &mut kept, &mut truth);
        let aside = trained.predict(&kept)?;
        let name = export::metadata::title(self.options.algorithm);
        let model = export::network::model(&trained.network, &self.preparation, &self.options.classes, name)?;
        Ok(Learned { model, best: fitted.best, stopped: fitted.stopped, engine, probabilities, aside })
    }

    async fn trees(&self, rounds: u32, watch: &mut impl Watch) -> Result<Learned, TrainError> {
        let cuts = Cuts::fit(&self.preparation, self.table, &self.parts.training);
        let codes = cuts.codes(&self.preparation, self.table);
        let given =
            boost::Problem { codes: &codes, labels: self.labels, parts: &self.parts, class_weights: &self.weights };
        let grown = boost::boost(cuts, &given, self.options, rounds, watch).await?;
        let aside = grown.forest.predict(&codes, self.parts.validation.iter().map(|row| *row as usize));
        let codes = grown.forest.cuts.codes(&self.preparation, self.test);
        let probabilities = grown.forest.predict(&codes, 0..self.test.rows());
        let name = export::metadata::title(self.options.algorithm);
        let model = export::trees::model(&grown.forest, &self.preparation, &self.options.classes, name)?;
        let (best, stopped, engine) = (grown.best, grown.stopped, Engine::Cpu);
        Ok(Learned { model, best, stopped, engine, probabilities, aside })
    }
}
