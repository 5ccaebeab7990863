//! The table, read by `dataset` piece by piece, a step for each, and cut into two.

use std::collections::BTreeSet;

use compute_recipe::{Recipe, TABLE};
use dataset::{DatasetError, Part, ReadOptions, Row, SAMPLE, in_class_order, open, write_row};
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};
use thiserror::Error;

use crate::{Host, host::next_step};

/// Bytes of a step.
const PIECE: usize = 1 << 18;
/// The stream of the seed that says which rows are kept for the test; the trainer has those below.
const STREAM: u64 = 100;

/// Why a table cannot be learned from.
#[derive(Debug, Error, Clone, PartialEq)]
pub enum BadTable {
    #[error("The job has no table: its input {TABLE} is missing. Post it with a CSV.")]
    Missing,
    #[error(transparent)]
    Table(#[from] DatasetError),
    #[error("The table has no column {target:?}. It has {}.", columns.join(", "))]
    NoTarget { target: String, columns: Vec<String> },
    #[error("The table has one column only; it needs one to predict and one to predict it from.")]
    OneColumn,
    #[error("The table has no rows to learn from.")]
    NoRows,
}

/// Both parts, as CSV with commas and a header. What is learned from has the column that is predicted at its end; the rest
/// has it in `test_labels`.
#[derive(Debug, Default)]
pub struct Split {
    pub train: Vec<u8>,
    pub rows: u64,
    pub test: Vec<u8>,
    pub test_labels: Vec<String>,
    /// Name of the column that is predicted.
    pub target: String,
    pub columns: u32,
    /// Of the rows that are learned from, in the order that all tables have.
    pub classes: Vec<String>,
}

/// Reads the whole table.
///
/// # Errors
/// [`BadTable`].
pub async fn split(host: &impl Host, recipe: &Recipe, seed: u64) -> Result<Split, BadTable> {
    let mut piece = vec![0; PIECE.max(SAMPLE)];
    let mut filled = read(host, 0, &mut piece)?;
    let head = piece.get(..filled.min(SAMPLE)).unwrap_or_default();
    let (format, mut reader) = open(Part::Training, head, ReadOptions::default())?;
    let target = target(recipe, &format.columns, format.label)?;
    let mut cutter = Cutter::new(target, &format.columns, recipe.test, seed);
    let mut offset = 0;
    while filled > 0 {
        reader.push(piece.get(..filled).unwrap_or_default(), &mut |_, row| cutter.row(&row))?;
        offset += filled as u64;
        next_step().await;
        filled = read(host, offset, &mut piece)?;
    }
    reader.finish(&mut |_, row| cutter.row(&row))?;
    cutter.finish()
}

/// Fills a buffer from the table, as far as the table goes.
fn read(host: &impl Host, offset: u64, to: &mut [u8]) -> Result<usize, BadTable> {
    usize::try_from(host.read(TABLE, offset, to)).map_err(|_| BadTable::Missing)
}

/// Which column is predicted, from 0.
fn target(recipe: &Recipe, columns: &[String], suggested: u32) -> Result<usize, BadTable> {
    if columns.len() < 2 {
        return Err(BadTable::OneColumn);
    }
    match &recipe.target {
        None => Ok(suggested as usize),
        Some(target) => columns.iter().position(|column| column == target).ok_or_else(|| {
            let columns = columns.iter().take(20).map(|column| dataset::shown(column)).collect();
            BadTable::NoTarget { target: target.clone(), columns }
        }),
    }
}

struct Cutter {
    target: usize,
    test: u8,
    source: ChaCha8Rng,
    labels: BTreeSet<String>,
    split: Split,
}

impl Cutter {
    fn new(target: usize, columns: &[String], test: u8, seed: u64) -> Self {
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        source.set_stream(STREAM);
        let mut split = Split { columns: columns.len() as u32, ..Split::default() };
        split.target = columns.get(target).cloned().unwrap_or_default();
        let features = || columns.iter().enumerate().filter(|(at, _)| *at != target).map(|(_, name)| name.as_str());
        write_row(&mut split.train, features().chain([split.target.as_str()]));
        write_row(&mut split.test, features());
        Self { target, test, source, labels: BTreeSet::new(), split }
    }

    fn row(&mut self, row: &Row<'_>) -> Result<(), DatasetError> {
        // The reader has seen that they are UTF-8.
        let cells: Vec<_> = row.cells.iter().map(String::from_utf8_lossy).collect();
        let label = cells.get(self.target).map_or("", |cell| cell);
        let features = cells.iter().enumerate().filter(|(at, _)| *at != self.target).map(|(_, cell)| &**cell);
        // Each row draws, whatever the share: the same seed keeps the same rows of more.
        if self.source.next_u32() % 100 < u32::from(self.test) {
            write_row(&mut self.split.test, features);
            self.split.test_labels.push(label.to_owned());
        } else {
            write_row(&mut self.split.train, features.chain([label]));
            self.split.rows += 1;
            if !self.labels.contains(label) {
                self.labels.insert(label.to_owned());
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Split, BadTable> {
        if self.split.rows == 0 {
            return Err(BadTable::NoRows);
        }
        self.split.classes = in_class_order(self.labels.into_iter().collect());
        Ok(self.split)
    }
}
