//! What is wrong with a task. Sentences say what to do.

use link::SeatNumber;
use mpc::MpcError;
use psi::IdError;

use super::{LARGEST, LONGEST_RELAY, MOST_DIGITS, VERSION};

/// What is wrong with a task by itself.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SpecError {
    #[error("The file of a task has at most {LARGEST} bytes, and this one has {bytes}. Name fewer columns.")]
    TooLarge { bytes: usize },
    #[error("This is no file of a task ({why}). Correct it, or get it again from who published the task.")]
    Unreadable { why: String },
    #[error(
        "This task is written in version {found}, and version {VERSION} is read here. Use the program of that version."
    )]
    Version { found: u8 },
    #[error("The task names {count} {what}, and {most} are possible. Leave some out.")]
    TooMany { what: &'static str, count: usize, most: usize },
    #[error(
        "A column of seat {seat} has a name of {characters} characters. Names have from 1 to {} characters: rename it.",
        dataset::MAX_NAME - 1
    )]
    Name { seat: SeatNumber, characters: usize },
    #[error("Column {column} is named twice. Name it once.")]
    Twice { column: String },
    #[error(
        "Both owners bring a column called {column}. Two columns that say the same make a model impossible: leave one out, or rename it where it is another thing."
    )]
    AtBoth { column: String },
    #[error("Column {column} is the {what}, so it cannot be a feature too. Leave it out of the columns.")]
    NoFeature { what: &'static str, column: String },
    #[error("A task has at least one row. Say how many.")]
    NoRows,
    #[error("An intersection needs a key column at both owners. Name them.")]
    NoKeys,
    #[error(
        "{what} has a seat that the task does not have. The owners have the seats 0 and 1, a receiver without data seat 2."
    )]
    NoSuchSeat { what: &'static str },
    #[error("The part of extreme values that is moved inwards is from 0 to below 0.5. Give another one.")]
    Winsorise,
    #[error("From 1 to 90 of a hundred rows can be kept for the evaluation. Choose another share.")]
    Share,
    #[error("Results have from 1 to {MOST_DIGITS} bits behind the point. Choose another number.")]
    Digits,
    #[error("A metric is named twice. Name it once.")]
    MetricTwice,
    #[error("The task tells nobody anything. Name a metric, or reveal coefficients.")]
    TellsNothing,
    #[error(
        "Standard errors are those of least squares, and would be wrong for a model with ridge. Set the ridge to 0, or leave them out."
    )]
    ErrorsWithRidge,
    #[error("The model was trained on another number of columns. Name the columns of that task, in their order.")]
    OtherModel,
    #[error(
        "{} is no address of a relay: it begins with https:// or wss:// and has at most {LONGEST_RELAY} characters. Correct it.",
        dataset::shown(relay)
    )]
    Relay { relay: String },
    #[error(transparent)]
    Ids(IdError),
    #[error(transparent)]
    Plan(MpcError),
}
