//! Why no intersection is made, and what to do.

use crate::form::LONGEST;

/// Why a list of ids cannot be used. Rows are counted from 1, without the header. The ids themselves are never told: these
/// sentences travel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    #[error("Row {row} has no id. Fill it in, or leave the row out.")]
    Empty { row: u32 },
    #[error("Rows {first} and {second} have the same id{}. Each id may stand once: leave one of the rows out.",
        if *.spelled { ", spelled in two ways" } else { "" })]
    Twice {
        first: u32,
        second: u32,
        /// They differ in blanks, case or form.
        spelled: bool,
    },
    #[error(
        "The id in row {row} has a character that is not a digit, and the task says that ids are digits. Correct it, \
        or ask for a task whose ids are texts."
    )]
    NotDigits { row: u32 },
    #[error("The id in row {row} is longer than {LONGEST} bytes. Shorten it, on both sides in the same way.")]
    TooLong { row: u32 },
    #[error("The list has {found} ids, and the task declares {declared}. Declare more, or leave rows out.")]
    TooMany { found: usize, declared: u32 },
    #[error(
        "A task of this kind takes 1 to {most} ids a side, and this one declares {declared}. Declare another number."
    )]
    Declared { declared: u32, most: u32 },
}

/// Why an attempt ended without a result. After any of them nothing more is sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PsiError {
    #[error(transparent)]
    Ids(#[from] IdError),
    #[error(
        "The other side sent a message that cannot be read ({what}). Its software differs from this one: both should \
        load the page anew, or use the same version, and try again."
    )]
    Unreadable { what: &'static str },
    #[error(
        "The other side sent a message out of turn ({what}). Its software differs from this one: both should load the \
        page anew, or use the same version, and try again."
    )]
    Turn { what: &'static str },
    #[error(
        "The list that the other side sent is not the one that it had committed to. It was exchanged after this side's \
        was known: do not try again with this partner before that is explained."
    )]
    Commitment,
    #[error(
        "Place {place} of the other side's list is no valid point. Its software is faulty or was changed: do not try \
        again with this partner before that is explained."
    )]
    Point { place: usize },
    #[error(
        "Place {place} of the other side's list repeats an earlier one. Lists have each id once; its software is faulty \
        or was changed: do not try again with this partner before that is explained."
    )]
    RepeatedPoint { place: usize },
    #[error(
        "The other side's list has a point of this side's list. It was copied: do not try again with this partner \
        before that is explained."
    )]
    Reflected,
    #[error(
        "The images that came back are not those that the other side had committed to. They were made up after this side's \
        were known: do not try again with this partner before that is explained."
    )]
    Images,
    #[error(
        "The images that came back have one twice. The other side's software is faulty or was changed: do not try \
        again with this partner before that is explained."
    )]
    RepeatedImage,
    #[error(
        "The order that the other side told is not an order of the whole list. Its software is faulty or was changed: \
        do not try again with this partner before that is explained."
    )]
    Order,
    #[error(
        "By the order that the other side told, a filler of this side's list would be a common id. Its software is \
        faulty or was changed: do not try again with this partner before that is explained."
    )]
    Filler,
    #[error(
        "The other side does not go on with {count} ids in common. Ask why, and look at the form of the ids on both \
        sides."
    )]
    Refused { count: u32 },
    #[error("You did not go on with {count} ids in common.")]
    RefusedHere { count: u32 },
    #[error("There is no count yet that could be accepted. Go on with the run first.")]
    TooEarly,
}
