//! Why a task cannot be run, or a run ended. Sentences say what to do.

use link::{LinkError, SeatNumber};
use mpc::MpcError;
use mpc_learn::LearnError;
use protocol::Address;
use psi::{IdError, PsiError};

use crate::spec::{LARGEST, LONGEST_RELAY, VERSION};

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
    #[error("A metric is named twice. Name it once.")]
    MetricTwice,
    #[error("The task tells nobody anything. Name a metric, or reveal coefficients.")]
    TellsNothing,
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

/// Why a run ended without a result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Spec(#[from] SpecError),
    #[error(transparent)]
    Data(#[from] crate::data::Finding),
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error(transparent)]
    Align(#[from] PsiError),
    #[error(transparent)]
    Learn(#[from] LearnError),
    #[error("Seat {seat} has ended the run: “{why}”")]
    Ended { seat: SeatNumber, why: String },
    #[error(
        "Seats {} and {} say different things about {what}. Their software differs, or one of them was changed: the run ends here. Compare versions before you try again.", seats[0], seats[1]
    )]
    Differ { seats: [SeatNumber; 2], what: &'static str },
    #[error(
        "Seat {seat} sent something that cannot be read ({what}). Its software differs from this one: use the same version, and start again."
    )]
    Unreadable { seat: SeatNumber, what: &'static str },
    #[error(
        "Seat {seat} signed with {found}, and its session key is {expected}. The result is not valid: do not rely on it."
    )]
    Signer { seat: SeatNumber, expected: Address, found: Address },
    #[error(
        "What seat {seat} delivered is not what it signed, or cannot be opened. Demand the key again, or ask it to deliver again."
    )]
    Delivery { seat: SeatNumber },
    #[error(
        "The model of this task is not kept here, or is another one than the task names. Choose the model of task {task}."
    )]
    NoModel { task: u64 },
    #[error(
        "Only {rows} rows are common, and this side agrees to {least} or more. Look at the form of the ids, or agree to fewer."
    )]
    FewRows { rows: u32, least: u32 },
    #[error("This program has not the part that the task's seat {seat} plays. Run it with the seat that is yours.")]
    OtherSeat { seat: SeatNumber },
    #[error(
        "The rows and columns make {bytes} bytes at once, which is more than can travel. Use fewer rows or columns."
    )]
    TooLarge { bytes: usize },
    #[error("The system gives no random bytes, so nothing more was sent. Start the run again on another machine.")]
    NoRandomBytes,
    #[error("The session key cannot be used: {what}. Confirm the task again with a new key.")]
    SessionKey { what: &'static str },
}

impl From<MpcError> for RunError {
    fn from(error: MpcError) -> Self {
        Self::Learn(error.into())
    }
}

impl From<mpc::PlanError> for RunError {
    fn from(error: mpc::PlanError) -> Self {
        Self::Learn(error.into())
    }
}

impl From<IdError> for RunError {
    fn from(error: IdError) -> Self {
        Self::Align(error.into())
    }
}
