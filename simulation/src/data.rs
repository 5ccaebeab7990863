//! The rows of a simulation: split into what the model starts with, what agents contribute, and a hidden test set.

use shared_model::{
    EncodeError, Encoder, EncoderSpec, ModelFile, Original, OriginalKind, Sample, Shape,
    encoder::{fit_columns, most_frequent_words},
    learn::train::{FitOptions, fit},
    table::Table,
};

use crate::{
    chance::Chance,
    config::{Config, EncoderPlan},
    error::SimulationError,
};

/// Times that a perceptron goes through the rows of its start at most.
const EPOCHS: u32 = 10;

/// Encoded rows, split.
#[derive(Debug, Clone)]
pub struct Dataset {
    pub encoder: EncoderSpec,
    /// Names; a label is a position here.
    pub classes: Vec<String>,
    pub start: Vec<(Sample, u16)>,
    /// What agents contribute, in this order.
    pub pool: Vec<(Sample, u16)>,
    pub test: Vec<(Sample, u16)>,
    /// Rows that had no sample, such as texts without a known word.
    pub left_out: usize,
}

impl Dataset {
    /// Splits and encodes a table as the configuration says.
    ///
    /// # Errors
    /// [`SimulationError`] where too little is left.
    pub fn new(config: &Config, table: &Table) -> Result<Self, SimulationError> {
        let joined = (config.join_rows > 1).then(|| join(table, usize::from(config.join_rows)));
        let table = joined.as_ref().unwrap_or(table);
        let mut order: Vec<usize> = (0..table.rows.len()).collect();
        Chance::new(config.seed, 0).shuffle(&mut order);
        let share = |percent: u8| order.len() * usize::from(percent) / 100;
        let (test, rest) = order.split_at(share(config.test_percent));
        let (start, pool) = rest.split_at(share(config.start_percent).min(rest.len()));
        if test.is_empty() || start.is_empty() || pool.is_empty() {
            return Err(SimulationError::TooFewRows { rows: order.len() });
        }
        let spec = encoder(&config.encoder, table, rest);
        let encoder = spec.build()?;
        let kind = encoder.original();
        let mut left_out = 0;
        let mut first = None;
        let mut encoded = |rows: &[usize]| {
            let mut samples = Vec::with_capacity(rows.len());
            for (cells, label) in rows.iter().filter_map(|row| table.rows.get(*row)) {
                match encode(&*encoder, &kind, cells) {
                    Ok(sample) => samples.push((sample, *label)),
                    Err(error) => {
                        left_out += 1;
                        first.get_or_insert(error);
                    }
                }
            }
            samples
        };
        let (start, pool, test) = (encoded(start), encoded(pool), encoded(test));
        let dataset = Self { encoder: spec, classes: table.classes.clone(), start, pool, test, left_out };
        match first {
            Some(first) if left_out == order.len() => Err(SimulationError::NothingEncoded { rows: order.len(), first }),
            _ if dataset.start.is_empty() || dataset.pool.is_empty() || dataset.test.is_empty() => {
                Err(SimulationError::TooFewRows { rows: order.len() - left_out })
            }
            _ => Ok(dataset),
        }
    }

    /// The model that starts with these rows.
    ///
    /// # Errors
    /// [`SimulationError::Train`], [`SimulationError::Encoder`].
    pub fn fit(
        &self,
        config: &Config,
        rows: &[(Sample, u16)],
    ) -> Result<shared_model::learn::train::Start, SimulationError> {
        let classes = self.classes.len() as u16;
        let options = FitOptions {
            kind: config.classifier,
            features: self.encoder.build()?.features(),
            capacity: classes,
            classes,
            setting: config.setting,
            epochs: EPOCHS,
            seed: config.seed,
        };
        Ok(fit(&options, rows)?)
    }

    /// The file of a model that was trained on this data.
    ///
    /// # Errors
    /// [`SimulationError::File`] where it could not be deployed.
    pub fn file(&self, config: &Config, shape: Shape, words: Vec<u8>) -> Result<ModelFile, SimulationError> {
        let file = ModelFile {
            name: config.name.chars().filter(|c| !c.is_control()).take(100).collect(),
            description: "Trained in a simulation.".into(),
            classes: self.classes.clone(),
            encoder: self.encoder.clone(),
            shape,
            words,
        };
        file.check()?;
        Ok(file)
    }
}

/// Joins every `count` rows of a class, cell by cell with a space between; those left over are left out.
fn join(table: &Table, count: usize) -> Table {
    let mut rows = Vec::new();
    let mut waiting: Vec<Vec<&[String]>> = vec![Vec::new(); table.classes.len()];
    for (cells, label) in &table.rows {
        let Some(group) = waiting.get_mut(usize::from(*label)) else { continue };
        group.push(cells);
        if group.len() == count {
            let column = |at: usize| group.iter().filter_map(move |cells| cells.get(at).map(String::as_str));
            let cells = (0..cells.len()).map(|at| column(at).collect::<Vec<_>>().join(" ")).collect();
            rows.push((cells, *label));
            group.clear();
        }
    }
    Table { rows, ..table.clone() }
}

fn encoder(plan: &EncoderPlan, table: &Table, rows: &[usize]) -> EncoderSpec {
    let cells = rows.iter().filter_map(|row| table.rows.get(*row)).map(|(cells, _)| cells);
    match plan {
        EncoderPlan::Given { encoder } => encoder.clone(),
        EncoderPlan::FrequentWords { count } => {
            let texts: Vec<String> = cells.map(|cells| cells.join(" ")).collect();
            let words = most_frequent_words(texts.iter().map(String::as_str), *count as usize);
            EncoderSpec::Vocabulary { words }
        }
        EncoderPlan::FittedNumbers => {
            let rows: Vec<Vec<String>> = cells.cloned().collect();
            EncoderSpec::Numbers { columns: fit_columns(&table.columns, &rows) }
        }
    }
}

fn encode(encoder: &dyn Encoder, kind: &OriginalKind, cells: &[String]) -> Result<Sample, EncodeError> {
    let original: Original = Table::original(cells, kind);
    encoder.encode(&original)
}
