//! What keeps a table from a task. Sentences say what to do.

use mpc_learn::LearnError;
use psi::IdError;

use crate::spec::SpecError;

/// Something that keeps a table from a task.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Finding {
    #[error(transparent)]
    Spec(#[from] Box<SpecError>),
    #[error("There is no column {column} in the file. Choose the file of the task, or another column.")]
    NoColumn { column: String },
    #[error(
        "Row {row} of column {column} is not a finite number. Mend the file, give words numbers, or leave the column out."
    )]
    NotANumber { column: String, row: usize },
    #[error(
        "The file has {rows} rows, and the task says {wanted}. Both owners need the same rows in the same order; or let the task align them by a key."
    )]
    OtherRows { rows: usize, wanted: usize },
    #[error("Column {column} says nothing that the columns before it do not say. Leave it out.")]
    Dependent { column: String },
    #[error(transparent)]
    Ids(#[from] IdError),
    #[error(transparent)]
    Learn(#[from] LearnError),
}
