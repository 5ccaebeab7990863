//! What no honest side says.

use compute_engine::BadCheckpoint;
use protocol::Address;
use thiserror::Error;

/// Why nothing more is taken from the other side.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Liar {
    #[error("The other side sent a message that cannot be read ({what}). It may use another version of the program.")]
    Unreadable { what: &'static str },
    #[error("The {what} is signed by {found} instead of {expected}. Do not use it.")]
    Signer { what: &'static str, found: Address, expected: Address },
    #[error("The quote cannot be used: {what}.")]
    Quote { what: &'static str },
    #[error("The voucher is for {units} units; the job has 1 to {most}.")]
    Voucher { units: u64, most: u64 },
    #[error("The voucher names a checkpoint that was never made.")]
    NoSuchCheckpoint,
    #[error("Line {line} of the log was another one before. Stop the job, and do not pay for more of it.")]
    OtherLog { line: u64 },
    #[error("The log got longer than the job allows.")]
    LogTooLong,
    #[error("The provider counts {units} units; the job has {most} at most.")]
    TooManyUnits { units: u64, most: u64 },
    #[error("The provider counts {units} units in {seconds} s, more than its machine can do. Do not pay for them.")]
    TooFast { units: u64, seconds: u64 },
    #[error("The provider shows two different checkpoints after {instructions} instructions. Do not pay for them.")]
    TwoCheckpoints { instructions: u64 },
    #[error("The provider submitted {submitted} units on chain for a result that took {took}. Challenge the result.")]
    OtherUnits { submitted: u64, took: u64 },
    #[error(
        "What the provider shows is not what it submitted on chain, so it counts as not shown. What it submitted may be right all \
         the same."
    )]
    OtherResult,
    #[error(
        "The file of the checkpoint after {instructions} instructions is of another place of the job, or of another log. Do not \
         pay for it."
    )]
    OtherCheckpoint { instructions: u64 },
    #[error("The provider’s checkpoint is none: {0} Do not pay for it.")]
    BadCheckpoint(BadCheckpoint),
    #[error(
        "The part of the job behind {instructions} instructions was run again here, and came out differently. Do not pay for it. \
         Challenge what is submitted only where all of the job comes to something else: a checkpoint may be wrong before a right \
         result."
    )]
    Audit { instructions: u64 },
}
