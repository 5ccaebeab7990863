//! Why a link ends, or a connection. Sentences say what to do.

use protocol::Address;

/// Why a link ends for good. What was agreed so far stays as it is, and no result comes of this attempt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error(
        "Seat {seat} could not prove its key for this task. Either it has another key, task, attempt or plan than this \
        side, or somebody on the way exchanged a message. Compare the task's page on both sides and start again."
    )]
    Handshake { seat: u8 },
    #[error(
        "Message {number} from seat {seat} was changed on the way, or comes from another run. The run ends here; start it \
        again through another relay."
    )]
    Altered { seat: u8, number: u64 },
    #[error(
        "From seat {seat} came message {found} where {expected} should have come: something was left out on the way. The \
        run ends here; start it again through another relay."
    )]
    Dropped { seat: u8, expected: u64, found: u64 },
    #[error(
        "Message {found} from seat {seat} came a second time. Somebody on the way repeats messages: the run ends here; \
        start it again through another relay."
    )]
    Replayed { seat: u8, found: u64 },
    #[error(
        "From seat {seat} came a message of another session or another task. The run ends here; start it again through \
        another relay."
    )]
    Foreign { seat: u8 },
    #[error(
        "Seat {seat} sent something that cannot be read ({what}). Its software differs from this one: both should load \
        the page anew, or use the same version, and start again."
    )]
    Unreadable { seat: u8, what: &'static str },
    #[error(
        "This side and seat {seat} remember different histories of this run. One of them was set back to an earlier state, \
        or runs twice. The run ends here; retry the task."
    )]
    Fork { seat: u8 },
    #[error(
        "The confirmation that seat {seat} sent cannot be read ({what}). The run ends here: ask that side which \
        transaction it confirmed with."
    )]
    Confirmation { seat: u8, what: &'static str },
    #[error(
        "Seat {seat} was confirmed by {found}, and the task says {expected}. A node or relay between you says something \
        false: do not go on, and look at the task through another node."
    )]
    Signer { seat: u8, expected: Address, found: Address },
    #[error(
        "Seat {seat} confirmed another chain, contract or task than this one. A node or relay between you says something \
        false: do not go on, and look at the task through another node."
    )]
    OtherTask { seat: u8 },
    #[error(
        "Seat {seat} confirmed another key than the one that this side was told. A node or relay between you says \
        something false: do not go on, and look at the task through another node."
    )]
    OtherKey { seat: u8 },
    #[error(
        "Seat {seat} sends more than {most} bytes at once, which is more than this side takes. The connection ends here. \
        In a task use fewer rows or columns; in a compute job deal with another account."
    )]
    TooLarge { seat: u8, most: usize },
    #[error("There is no seat {seat} in this task, or it is this side itself.")]
    NoSuchSeat { seat: u8 },
    #[error("Seat {seat} has begun anew, so this run cannot go on where it was. Go back to the last common step.")]
    Restarted { seat: u8 },
    #[error("The key that this side has for the task cannot be used: {what}. Confirm the task again with a new key.")]
    OwnKey { what: &'static str },
    #[error(transparent)]
    Transport(#[from] TransportError),
}

/// Why a connection to a relay ended or never was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Worth another try.
    #[error("The connection to the relay broke ({0}). It is tried again.")]
    Lost(String),
    /// Not worth another try.
    #[error("The relay does not let this side in: {0}")]
    Refused(String),
    #[error("This seat was opened in another tab or program, which has it now. Close one of the two.")]
    Replaced,
    #[error("The relay sent something that cannot be read. Use another relay of the task, or load the page anew.")]
    Unreadable,
}

impl TransportError {
    /// Whether connecting again may help.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Lost(_))
    }
}
