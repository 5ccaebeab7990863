//! Why a run ended. Sentences say what to do.

use link::{LinkError, SeatNumber};
use mpc::MpcError;
use mpc_learn::LearnError;
use protocol::Address;
use psi::{IdError, PsiError};

use crate::{data::Finding, spec::SpecError};

/// Why a run ended without a result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Spec(#[from] SpecError),
    #[error(transparent)]
    Data(#[from] Finding),
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error(transparent)]
    Align(#[from] PsiError),
    #[error(transparent)]
    Learn(#[from] LearnError),
    #[error("The run was stopped at this seat. Nothing was told; the requester can try again.")]
    Stopped,
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
        "The key of seat {seat} did not come, although the chain has the result. Demand it on the task's page, or with `agent task demand`: it must be posted on chain then, or its bond is lost."
    )]
    KeyLate { seat: SeatNumber },
    #[error(
        "The model of this task is not kept here, or is another one than the task names. Choose the model of task {task}."
    )]
    NoModel { task: u64 },
    #[error(
        "The file of this task names another model than the chain, which has that of task {task}, or another result of it. Do not take part; ask who published the task to do it again."
    )]
    OtherModel { task: u64 },
    #[error("The training that this prediction waits for has no result on chain yet. Wait until it is finished.")]
    NotTrained,
    #[error(
        "Only {rows} rows are common, and this side agrees to {least} or more. Look at the form of the ids, or agree to fewer."
    )]
    FewRows { rows: u32, least: u32 },
    #[error("This program has not the part that the task's seat {seat} plays. Run it with the seat that is yours.")]
    OtherSeat { seat: SeatNumber },
    #[error(
        "The rows and columns make {bytes} bytes at once, which is more than can travel. Use fewer rows or columns."
    )]
    TooLarge { bytes: u64 },
    #[error("Another seat has begun anew, so this one goes back to the last common step.")]
    Anew,
    #[error(
        "The seed that seat {seat} sent was used before: its program was set back or copied. Nothing was dealt for it. Start that program again, so that it draws another one."
    )]
    SeedSeen { seat: SeatNumber },
    #[error(
        "What is needed after the signature cannot be kept here ({why}), so that nothing was signed. Make room, and start this seat again: the run goes on."
    )]
    NotKept { why: String },
    #[error("What was kept of this run cannot be read ({why}). Remove it and start another attempt.")]
    Kept { why: String },
    #[error(
        "The lists of ids were compared {times} times in this attempt, and each time tells which of its own ids the other side has. Start another attempt: the owners' grants count it."
    )]
    AlignedTooOften { times: u8 },
    #[error(
        "The computation was begun {times} times in this attempt, and each time tells something of the columns of both owners. Start another attempt: the owners' grants count it."
    )]
    ComputedTooOften { times: u8 },
    #[error(
        "All seats have signed a result that this side does not have any more. Take it from another seat: demand the keys on the task's page."
    )]
    Forgotten,
    #[error("Both owners have given the helper up. The run goes on with the next one, once it serves.")]
    HelperGone,
    #[error(
        "Both owners say that numbers of this helper were wrong, so the run has ended and it is paid nothing. Look at the program and its machine: an unchanged one deals no wrong numbers."
    )]
    DealtWrongly,
    #[error("{why}")]
    Outside { why: String },
    #[error("The system gives no random bytes, so nothing more was sent. Start the run again on another machine.")]
    NoRandomBytes,
    #[error("The session key cannot be used: {what}. Confirm the task again with a new key.")]
    SessionKey { what: &'static str },
}

impl RunError {
    /// What the other seats hear of it. What is wrong with this side's columns is for their owner alone.
    pub(crate) fn said(&self) -> String {
        let is_own = match self {
            Self::Data(finding) => !matches!(finding, Finding::Spec(_)),
            // These are of the run, not of a table.
            Self::Learn(error) => !matches!(error, LearnError::Run(_) | LearnError::Checkpoint | LearnError::Halves),
            _ => false,
        };
        if is_own { "Its table does not fit the task; its owner is told why. Ask it.".into() } else { self.to_string() }
    }

    /// Whether the run goes on in another round; see [`crate::Mail`].
    pub(crate) fn is_anew(&self) -> bool {
        matches!(self, Self::Anew | Self::Link(LinkError::Restarted { .. }))
    }
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
