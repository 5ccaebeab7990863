//! The whole job.

use compute_recipe::{BadRecipe, Line, Metrics, Output, RECIPE, Recipe};
use ml_task::Point;
use ml_train::{TrainError, Watch};
use thiserror::Error;

use crate::{
    Host,
    host::next_step,
    table::{self, BadTable, Split},
};

/// Most bytes that are asked for of a recipe, one more than it may have.
const RECIPE_BYTES: usize = (1 << 16) + 1;
/// Rounds that are logged, about: of more, only every second, third, …
const LINES: u32 = 200;
/// Pieces of work of the trainer, each at most some thousand rows, that make a step.
const PIECES: u32 = 8;
/// Bytes of the result that a step writes.
const WRITTEN: usize = 1 << 20;

#[derive(Debug, Error)]
enum Refused {
    #[error("The job has no recipe: its input {RECIPE} is missing. Post it with one.")]
    NoRecipe,
    #[error(transparent)]
    Recipe(#[from] BadRecipe),
    #[error(transparent)]
    Table(#[from] BadTable),
    #[error(transparent)]
    Training(#[from] TrainError),
}

/// Does a recipe to its end. Each time that it waits, a step is over; all of its state is in memory then.
pub async fn run(host: impl Host) {
    let output = match train(&host).await {
        Ok((model, metrics)) => {
            host.log(&Line::Done { model_bytes: model.len() as u64 }.to_bytes());
            Output::Trained { model, metrics }
        }
        Err(refused) => {
            let why = refused.to_string();
            host.log(&Line::Refused { why: why.clone() }.to_bytes());
            Output::Refused { why }
        }
    };
    for piece in output.encode().chunks(WRITTEN) {
        host.write(piece);
        next_step().await;
    }
}

async fn train(host: &impl Host) -> Result<(Vec<u8>, Metrics), Refused> {
    let recipe = recipe(host)?;
    let usual = recipe.options(Vec::new());
    let split = table::split(host, &recipe, usual.seed).await?;
    let read = Line::Read {
        rows: split.rows,
        test_rows: split.test_labels.len() as u64,
        columns: split.columns,
        classes: split.classes.len() as u32,
    };
    host.log(&read.to_bytes());
    next_step().await;
    let options = recipe.options(split.classes.clone());
    let every = options.rounds.div_ceil(LINES).max(1);
    let mut watch = Steps { host, every, pieces: 0 };
    let trained = ml_train::train(&split.train, &split.test, &options, None, &mut watch).await?;
    let best = trained.summary.best;
    let metrics = Metrics {
        algorithm: recipe.algorithm,
        rows: split.rows,
        test_rows: split.test_labels.len() as u64,
        round: best.round,
        train_loss: best.train_loss,
        train_accuracy: best.train_accuracy,
        validation_loss: best.validation_loss,
        validation_accuracy: best.validation_accuracy,
        test_accuracy: test_accuracy(&split, &trained.predictions),
        parameters: trained.summary.parameters,
        dropped: trained.dropped.into_iter().map(|dropped| dropped.why).collect(),
        target: split.target,
        classes: split.classes,
    };
    Ok((trained.model.to_bytes(), metrics))
}

fn recipe(host: &impl Host) -> Result<Recipe, Refused> {
    let mut file = vec![0; RECIPE_BYTES];
    let found = usize::try_from(host.read(RECIPE, 0, &mut file)).map_err(|_| Refused::NoRecipe)?;
    Ok(Recipe::read(file.get(..found).unwrap_or_default())?)
}

fn test_accuracy(split: &Split, predictions: &[u16]) -> Option<f32> {
    let pairs = split.test_labels.iter().zip(predictions);
    let right = pairs.filter(|(label, class)| split.classes.get(usize::from(**class)) == Some(*label)).count();
    (!split.test_labels.is_empty()).then(|| (right as f64 / split.test_labels.len() as f64) as f32)
}

/// Cuts training into steps and logs its rounds.
struct Steps<'h, H> {
    host: &'h H,
    every: u32,
    pieces: u32,
}

impl<H: Host> Watch for Steps<'_, H> {
    async fn progress(&mut self, point: &Point) -> bool {
        if point.round.is_multiple_of(self.every) || point.round == point.rounds {
            self.host.log(&Line::from(point).to_bytes());
        }
        next_step().await;
        true
    }

    async fn pause(&mut self) -> bool {
        self.pieces += 1;
        if self.pieces.is_multiple_of(PIECES) {
            next_step().await;
        }
        true
    }
}
