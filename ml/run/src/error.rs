//! Why nothing came of running a model: sentences with cause and next step.

use dataset::{DatasetError, shown};
use ml_cpu::CpuError;
use ml_onnx::{ReadError, tensor::ShapeMismatch};

/// Why a model could not be opened or run, or a row or table does not fit it.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Cpu(#[from] CpuError),
    /// A sentence of the GPU engine.
    #[error("{0}")]
    Gpu(String),
    #[error("The model has no input, so there is nothing to predict from; choose another file.")]
    NoInput,
    #[error("The input “{}” cannot be filled from columns: {why}. Export the model with fixed columns.", shown(name))]
    Inputs { name: String, why: &'static str },
    #[error("{0} Such a model cannot be run here.")]
    Shape(String),
    #[error("{0}")]
    DataDependent(String),
    #[error("One row of this model takes {} MB of memory while it runs, {} MB are allowed; choose a smaller model.", bytes >> 20, limit >> 20)]
    Memory { bytes: u64, limit: u64 },
    #[error("The row has {found} values, but the model takes {wanted}; fill in every field.")]
    Fields { found: usize, wanted: usize },
    #[error("The picture has {found} values, but the model takes {wanted} of them; choose a picture of its size.")]
    Pixels { found: usize, wanted: usize },
    #[error("This model does not take pictures; fill in its fields.")]
    NoPicture,
    #[error("{place}: {trouble}", place = place(*line, *column, name))]
    Cell {
        /// Line of the table, from 1; none for a form.
        line: Option<u64>,
        /// From 1.
        column: usize,
        name: String,
        trouble: Trouble,
    },
    /// A cell that does not fit may be in the wrong input.
    #[error("{why} {guess}")]
    Guessed { why: Box<RunError>, guess: String },
    #[error(transparent)]
    Table(#[from] DatasetError),
    #[error("The table lacks {}{}. The model looks for its columns by name.", listed(missing), unused(extra))]
    Missing { missing: Vec<String>, extra: Vec<String> },
    #[error("The table has {found} columns{}, but the model takes {wanted}{}; {}.", besides(*label), of(names), advice(*found, *wanted))]
    Count { found: usize, wanted: usize, names: Vec<String>, label: bool },
    #[error("The table has two columns called “{}”; rename one of them.", shown(_0))]
    Twice(String),
    #[error(
        "The table has no column “{}” to compare with; its columns are {}. Choose the column of the labels again.",
        shown(label),
        listed(columns)
    )]
    NoLabel { label: String, columns: Vec<String> },
    #[error("The table is {} MB, at most {} MB are read; split it.", bytes >> 20, limit >> 20)]
    TableTooLarge { bytes: u64, limit: u64 },
    #[error(
        "The model gave {found} results for {rows} rows in its output “{}”, so they cannot be told apart.",
        shown(output)
    )]
    Results { output: String, found: usize, rows: usize },
    #[error("The model gave no result that can be read as a class or a number.")]
    NoResult,
    #[error(
        "The model's labels are numbers that can be names of classes and positions among them, and the table does not \
         decide it. Export the model with the classes of the table as its labels."
    )]
    Unclear,
    #[error("The table has no rows below its header, so there is nothing to predict; choose a file with data.")]
    Empty,
    #[error("The values do not fit the model's input: {0}")]
    Tensor(#[from] ShapeMismatch),
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("“{}” is not a number.", shown(_0))]
    NotNumber(String),
    #[error("“{}” is not a whole number of the range that the model takes.", shown(_0))]
    NotWhole(String),
    #[error("“{}” is neither true nor false.", shown(_0))]
    NotTruth(String),
    #[error("“{}” is none of the texts that the model knows in this column.", shown(_0))]
    Unknown(String),
    #[error("the cell is empty, and this model does not say what to do with missing numbers.")]
    Empty,
    #[error("the cell is not UTF-8; save the file as CSV in UTF-8.")]
    NotUtf8,
}

/// How a cell is pointed at: by line and column (from 1) of a table, by its name in a form.
pub(crate) fn place(line: Option<u64>, column: usize, name: &str) -> String {
    match line {
        Some(line) => format!("Line {line}, column {column} (“{}”)", shown(name)),
        None => format!("“{}”", shown(name)),
    }
}

/// Column names in a sentence, cut where they are many.
pub(crate) fn listed(names: &[String]) -> String {
    const MOST: usize = 8;
    let mut text = names.iter().take(MOST).map(|name| format!("“{}”", shown(name))).collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        text.push_str(&format!(" and {} more", names.len() - MOST));
    }
    match names.len() {
        0 => "none".into(),
        _ => text,
    }
}

fn unused(extra: &[String]) -> String {
    if extra.is_empty() { String::new() } else { format!("; what it has besides is {}", listed(extra)) }
}

fn of(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(" ({})", listed(names)) }
}

fn besides(label: bool) -> &'static str {
    if label { " besides the labels" } else { "" }
}

fn advice(found: usize, wanted: usize) -> &'static str {
    match found.checked_sub(wanted) {
        Some(1) => "remove one, or say which one holds the labels",
        Some(_) => "remove those that are too many",
        None => "add those that are missing",
    }
}
