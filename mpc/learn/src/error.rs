//! What can go wrong with a person's columns, and with a run.

use mpc::MpcError;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LearnError {
    #[error(transparent)]
    Run(#[from] MpcError),
    #[error("Column {column} has the same value in every row. Leave it out.")]
    Constant { column: String },
    #[error("Column {column} says the same as other columns of yours, or nearly so. Leave it out, or use ridge.")]
    Alike { column: String },
    #[error("Row {row} of column {column} is not a finite number. Mend the file or leave the column out.")]
    NotANumber { column: String, row: usize },
    #[error(
        "Row {row} of column {column} is too large a number to be computed with. Mend the value, or give the column in another unit."
    )]
    TooLarge { column: String, row: usize },
    #[error("The values of the label {column} differ by too much or too little. Give them in another unit.")]
    LabelUnit { column: String },
    #[error(
        "The label {column} is so far from 0 for how little its values differ that no prediction could be told. Take a number near its mean away from all of its values."
    )]
    LabelFar { column: String },
    #[error("Column {column} has {rows} rows, and the task has {wanted}. Align the rows first.")]
    OtherRows { column: String, rows: usize, wanted: usize },
    #[error("These are not the columns that the task names. Choose the data set and columns of the task.")]
    OtherColumns,
    #[error(
        "The task says that the label's deviation is at most 2^{said}, and it is 2^{is}. Publish the task again with {is}."
    )]
    LabelExponent { is: i32, said: i32 },
    #[error(
        "Row {row} of column {column} is more than 1,000 deviations from the mean of the rows that the model was fitted to. Mend the value or leave the row out."
    )]
    Far { column: String, row: usize },
    #[error("What was kept of this run belongs to another task, or is damaged. The run begins again.")]
    Checkpoint,
    #[error("The two halves of a result do not fit each other. Ask both owners to send theirs again.")]
    Halves,
}

impl From<mpc::PlanError> for LearnError {
    fn from(error: mpc::PlanError) -> Self {
        Self::Run(error.into())
    }
}
