//! Reads what views of BountyMarket returned.

use contracts::words::{DecodeError, Words};
use protocol::{Address, Digest};

use crate::{Phase, SubmissionState, Terms};

/// `IBountyMarket.BountyInfo`: a bounty as the chain stores it, with its phase at the block that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainBounty {
    pub terms: Terms,
    pub requester: Address,
    pub phase: Phase,
    /// Ever made; also the order number of the last one.
    pub submissions: u32,
    /// Stakes locked and neither withdrawn nor abandoned.
    pub active: u32,
    /// Competing claims ever made.
    pub claims: u32,
    /// Of these, slashed because the count differed from the claim.
    pub false_claims: u32,
    /// Claims below the minimum.
    pub conceded: u32,
    /// Seconds since the epoch.
    pub truth_revealed_at: Option<u64>,
    /// Best verified reveal so far; once settled, the winner.
    pub best: Option<Address>,
    /// Correct labels of `best`.
    pub best_correct: u32,
}

/// `IBountyMarket.SubmissionInfo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainSubmission {
    pub prediction_superhash: Digest,
    pub model_superhash: Digest,
    /// 1 for the first submission of a bounty.
    pub order: u32,
    /// Number correct as claimed; 0 before.
    pub claim: u32,
    pub state: SubmissionState,
}

pub(crate) fn terms(words: &mut Words<'_>) -> Result<Terms, DecodeError> {
    Ok(Terms {
        reward: words.amount()?,
        stake: words.amount()?,
        deadline: words.number()?,
        window: words.number()?,
        test_rows: words.number()?,
        classes: words.number()?,
        min_correct: words.number()?,
        truth_superhash: words.digest()?,
    })
}

/// A bounty; `None` where there is none with this id.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `bounty`.
pub fn bounty(data: &[u8]) -> Result<Option<ChainBounty>, DecodeError> {
    let words = &mut Words::new(data);
    let terms = terms(words)?;
    let requester = words.address()?;
    let Some(phase) = phase(words.number()?)? else { return Ok(None) };
    Ok(Some(ChainBounty {
        terms,
        requester,
        phase,
        submissions: words.number()?,
        active: words.number()?,
        claims: words.number()?,
        false_claims: words.number()?,
        conceded: words.number()?,
        truth_revealed_at: Some(words.number()?).filter(|at| *at != 0),
        best: words.someone()?,
        best_correct: words.number()?,
    }))
}

/// A trainer's submission; `None` where this trainer never made one.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `submission`.
pub fn submission(data: &[u8]) -> Result<Option<ChainSubmission>, DecodeError> {
    let words = &mut Words::new(data);
    let (prediction_superhash, model_superhash) = (words.digest()?, words.digest()?);
    let (order, claim) = (words.number()?, words.number()?);
    let Some(state) = submission_state(words.number()?)? else { return Ok(None) };
    Ok(Some(ChainSubmission { prediction_superhash, model_superhash, order, claim, state }))
}

/// `IBountyMarket.Phase` by its number.
pub(crate) fn phase(number: u8) -> Result<Option<Phase>, DecodeError> {
    match number.checked_sub(1) {
        None => Ok(None),
        Some(index) => Phase::ALL.get(usize::from(index)).copied().map(Some).ok_or(DecodeError::OutOfRange),
    }
}

/// `IBountyMarket.SubmissionState` by its number.
pub(crate) fn submission_state(number: u8) -> Result<Option<SubmissionState>, DecodeError> {
    use SubmissionState::{Abandoned, Active, Claimed, Conceded, Paid, Slashed, Verified, Withdrawn};
    const STATES: [SubmissionState; 8] = [Active, Withdrawn, Abandoned, Claimed, Conceded, Verified, Slashed, Paid];
    match number.checked_sub(1) {
        None => Ok(None),
        Some(index) => STATES.get(usize::from(index)).copied().map(Some).ok_or(DecodeError::OutOfRange),
    }
}
