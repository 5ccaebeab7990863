//! Small models, trained here on real rows, so that samples and journeys have real predictions and real model files.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use dataset::{Part, ReadOptions, Row, Separator, TableReader, peek, write_cell};
use ml_task::{Algorithm, TrainOptions};
use ml_train::train_blocking;
use protocol::api::Deployment;

/// How well somebody works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    Good,
    /// Looks at an eighth of the columns only.
    Poor,
}

/// What came of training.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// The model as an ONNX file.
    pub file: Vec<u8>,
    /// Class index of each test row.
    pub predictions: Vec<u8>,
}

/// What a model file says about the bounty it was made for.
pub fn notes(deployment: &Deployment, bounty: u64) -> BTreeMap<String, String> {
    let market = deployment.contract(bounty::BOUNTY_MARKET);
    let of = market.map(|market| format!("{}/{market}/{bounty}", deployment.chain_id));
    of.map(|of| ("modelmarket.bounty".to_owned(), of)).into_iter().collect()
}

/// Trains a logistic regression on `train.csv` and predicts the rows of `test.csv`, both as they are published: with
/// commas, a header and nothing quoted. `notes` go into the file.
///
/// # Errors
/// When they cannot be trained on.
pub fn learn(
    train_csv: &str,
    test_csv: &str,
    classes: &[String],
    effort: Effort,
    notes: BTreeMap<String, String>,
) -> Result<Learned> {
    let licence = Some("Apache-2.0 OR MIT".into());
    // There are few rows: all are learned from, and none kept aside to say when to stop.
    let usual = TrainOptions::new(Algorithm::Logistic, classes.to_vec());
    let options = TrainOptions { validation: 0.0, patience: 0, licence, notes, ..usual };
    let train_csv = match effort {
        Effort::Good => train_csv.to_owned(),
        Effort::Poor => first_columns(train_csv)?,
    };
    let trained = train_blocking(train_csv.as_bytes(), test_csv.as_bytes(), &options)?;
    let predictions = trained.predictions.iter().map(|class| u8::try_from(*class)).collect::<Result<_, _>>();
    Ok(Learned {
        file: trained.model.to_bytes(),
        predictions: predictions.context("a bounty has at most 256 classes")?,
    })
}

/// The first eighth of the features, at least one, and the label.
fn first_columns(csv: &str) -> Result<String> {
    let options = ReadOptions { header: Some(true), separator: Some(Separator::Comma), ..ReadOptions::as_it_stands() };
    let names = peek(Part::Training, csv.as_bytes(), options)?.columns;
    let label = names.len().checked_sub(1).context("a table has columns")?;
    let kept = (label / 8).max(1).min(label);
    let mut out = Vec::with_capacity(csv.len());
    let write = |out: &mut Vec<u8>, cells: &[&str]| {
        for cell in cells.iter().take(kept) {
            write_cell(out, cell);
            out.push(b',');
        }
        write_cell(out, cells[label]);
        out.push(b'\n');
    };
    write(&mut out, &names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut on_row = |_: &[String], row: Row<'_>| -> Result<()> {
        let cells = row.cells.iter().map(std::str::from_utf8).collect::<Result<Vec<_>, _>>()?;
        write(&mut out, &cells);
        Ok(())
    };
    let mut reader = TableReader::new(Part::Training, Separator::Comma, true, names.len());
    reader.push(csv.as_bytes(), &mut on_row)?;
    reader.finish(&mut on_row)?;
    Ok(String::from_utf8(out)?)
}
