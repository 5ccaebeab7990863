//! Why nothing was trained.

use dataset::{DatasetError, Part};

/// Why nothing was trained; each sentence says what to do.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrainError {
    /// One of the tables cannot be read.
    #[error(transparent)]
    Table(#[from] DatasetError),
    #[error(
        "The {} has {rows} rows of {columns} columns; at most {limit} cells fit into memory here. Take fewer rows.",
        part.name()
    )]
    TooLarge { part: Part, rows: usize, columns: usize, limit: usize },
    #[error("The training table has one column only; it needs features and, last, a label column.")]
    NoLabelColumn,
    #[error("Row {row} has the label “{label}”, which is none of the bounty's classes; check the classes.")]
    UnknownLabel {
        /// From 1, below the header.
        row: usize,
        label: String,
    },
    #[error("There are {found} labels for {rows} rows; every row needs one.")]
    Labels { found: usize, rows: usize },
    #[error("Only one class has rows to learn from; at least two are needed.")]
    OneClass,
    #[error("No column can be learned from: {}. Use numbers, or texts that repeat.", columns.join("; "))]
    NoFeatures { columns: Vec<String> },
    #[error("The test table has no column “{name}”, which the training table has; both need the same features.")]
    MissingColumn { name: String },
    #[error("{what} is {value}; choose {allowed}.")]
    Option { what: &'static str, value: String, allowed: &'static str },
    #[error(
        "Training left the range of numbers in round {round}; choose a lower learning rate than {rate}, or look for extreme values in the table."
    )]
    Diverged { round: u32, rate: f32 },
    #[error("A product of two matrices failed ({why}); this is a fault of this program, please report it.")]
    Product { why: String },
    #[error("The trained model could not be written ({why}); this is a fault of this program, please report it.")]
    Export { why: String },
    #[error("Training on the graphics card failed: {why} Choose the CPU instead.")]
    Gpu { why: String },
}
