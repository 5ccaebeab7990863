//! What a run needs of the world around it: the chain, and a place for what it can go on from.

use futures::future::{FutureExt as _, LocalBoxFuture, ready};
use protocol::Digest;

use crate::{error::RunError, results::Outcome};

/// What session keys of seats sign.
#[derive(Clone, Copy, Debug)]
pub enum Said<'a> {
    /// That they are there.
    Begin,
    /// What came out.
    Outcome(&'a Outcome),
    /// Why nothing came out.
    Failure(&'a Failure),
    /// That both owners go on with the next helper, and how many megabytes this one is paid for.
    Advance { helper: protocol::Address, dealt: u64 },
}

/// Why there is no result, as all seats sign it. The contract's own crate knows what the codes mean; those that a run
/// gives are in [`code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Failure {
    pub code: u32,
    /// Megabytes for which the helper is paid.
    pub dealt: u64,
    /// Numbers that were told all the same.
    pub facts: u32,
    pub rows: u32,
}

/// Codes of failures.
pub mod code {
    /// The helper dealt wrongly.
    pub const BAD_BATCH: u32 = 2;
    /// The rows do not fit.
    pub const BAD_ROWS: u32 = 4;
    /// Two columns say the same.
    pub const NOT_SOLVABLE: u32 = 5;
    /// Scores are out of range.
    pub const OUT_OF_RANGE: u32 = 7;
}

/// The chain, and a place for what a run can go on from. Without a chain nothing is waited for, and without a place a run
/// that is broken off begins anew.
pub trait Outside {
    /// All seats that sign are there: here are their signatures, in their order. Returns once the chain counts the run as
    /// begun. It is asked again in each round.
    fn begun<'a>(&'a self, signatures: &'a [Vec<u8>]) -> LocalBoxFuture<'a, Result<(), RunError>> {
        let _ = signatures;
        ready(Ok(())).boxed_local()
    }

    /// All have signed what came out. Returns once the chain has it: only then do the keys of sealed results leave.
    fn agreed<'a>(
        &'a self,
        outcome: &'a Outcome,
        signatures: &'a [Vec<u8>],
    ) -> LocalBoxFuture<'a, Result<(), RunError>> {
        let _ = (outcome, signatures);
        ready(Ok(())).boxed_local()
    }

    /// Both owners have given the helper up: here are their signatures. Returns once the chain has drawn the next one, after
    /// which the attempt is played again with it.
    fn advanced<'a>(&'a self, signatures: &'a [Vec<u8>]) -> LocalBoxFuture<'a, Result<(), RunError>> {
        let _ = signatures;
        ready(Ok(())).boxed_local()
    }

    /// What [`Self::keep`] was given last in this attempt.
    fn kept(&self) -> LocalBoxFuture<'_, Result<Option<Vec<u8>>, RunError>> {
        ready(Ok(None)).boxed_local()
    }

    /// Keeps this in place of what was kept before, encrypted where others can read the place. It holds shares and keys of
    /// sealed results, but no seed.
    ///
    /// # Errors
    /// [`RunError::NotKept`].
    fn keep<'a>(&'a self, progress: &'a [u8]) -> LocalBoxFuture<'a, Result<(), RunError>> {
        let _ = progress;
        ready(Ok(())).boxed_local()
    }
}

/// No chain and no place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl Outside for Alone {}

/// What [`Said`] hashes to. The contract's own crate knows.
pub type Signing = fn(&link::Terms, Said<'_>) -> Digest;
