//! Reads what views of BountyMarket returned.

use contracts::abi::{DecodeError, account, amount, digest, narrow, returned, someone};
use protocol::{Address, Digest};

use crate::{
    Phase, PostNumber, SubmissionState, Terms,
    contract::{BountyMarket, IBountyMarket},
};

/// `IBountyMarket.BountyInfo`: a bounty as the chain stores it, with its phase at the block that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainBounty {
    /// As posted.
    pub terms: Terms,
    /// Who posted it.
    pub requester: Address,
    /// At the time of the block that was asked.
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
    /// To predictions and model.
    pub commitment: Digest,
    /// 1 for the first submission of a bounty.
    pub order: u32,
    /// Number correct as claimed; 0 before.
    pub claim: u32,
    pub state: SubmissionState,
    /// Whether a reveal was checked and its count equalled the claim, also after it was paid.
    pub verified: bool,
}

pub(crate) fn terms(terms: IBountyMarket::Terms) -> Result<Terms, DecodeError> {
    Ok(Terms {
        reward: amount(terms.reward)?,
        stake: amount(terms.stake)?,
        deadline: narrow(terms.deadline)?,
        window: terms.window,
        test_rows: terms.testRows,
        classes: terms.classes,
        min_correct: terms.minCorrect,
        truth_superhash: digest(terms.truthSuperhash),
        post_number: PostNumber(terms.postNumber.0),
    })
}

/// A bounty; `None` where there is none with this id.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `bounty`.
pub fn bounty(data: &[u8]) -> Result<Option<ChainBounty>, DecodeError> {
    let (bounty,) = returned::<BountyMarket::bountyCall>(data)?;
    let Some(phase) = phase(bounty.phase)? else { return Ok(None) };
    Ok(Some(ChainBounty {
        terms: terms(bounty.terms)?,
        requester: account(bounty.requester),
        phase,
        submissions: bounty.submissions,
        active: bounty.active,
        claims: bounty.claims,
        false_claims: bounty.falseClaims,
        conceded: bounty.conceded,
        truth_revealed_at: Some(narrow(bounty.truthRevealedAt)?).filter(|at| *at != 0),
        best: someone(bounty.best),
        best_correct: bounty.bestCorrect,
    }))
}

/// A trainer's submission; `None` where this trainer never made one.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `submission`.
pub fn submission(data: &[u8]) -> Result<Option<ChainSubmission>, DecodeError> {
    let (submission,) = returned::<BountyMarket::submissionCall>(data)?;
    let Some(state) = submission_state(submission.state)? else { return Ok(None) };
    Ok(Some(ChainSubmission {
        commitment: digest(submission.commitment),
        order: submission.order,
        claim: submission.claim,
        state,
        verified: submission.verified,
    }))
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
