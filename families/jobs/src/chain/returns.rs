//! Reads what views of Jobs returned.

use contracts::abi::{DecodeError, account, amount, digest, narrow, returned, someone};
use protocol::{Address, Amount, Digest};

use super::{
    contract::Jobs,
    convert::{duty, state},
};
use crate::{Duty, State};

/// `IJobTypes.ProviderInfo`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainProvider {
    pub registered: bool,
    /// In draws, 0 while it pauses.
    pub weight: u8,
    /// Of which `locked` is a part.
    pub deposit: Amount,
    pub locked: Amount,
    /// Seconds since the epoch.
    pub since: u64,
    /// The least that its quotes must have.
    pub nonce: u64,
    /// For a unit.
    pub price: Amount,
    /// Bit i for kind i.
    pub kinds: u8,
    pub memory_mib: u16,
    pub units_per_second: u32,
}

/// `IJobTypes.JobInfo`; of a job that is not locked what the quote says is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainJob {
    pub client: Address,
    pub state: State,
    /// Seconds since the epoch.
    pub since: u64,
    /// [`crate::typed_data::terms`]
    pub terms: Digest,
    pub provider: Option<Address>,
    /// For a unit.
    pub price: Amount,
    /// Units that are paid at most.
    pub limit: u64,
    /// Units that were submitted.
    pub units: u64,
    /// Units of the last voucher that was shown.
    pub agreed: u64,
    pub stake: Amount,
    /// Seconds.
    pub window: u32,
    /// Seconds since the epoch.
    pub deadline: u64,
    /// Commitment that was submitted; zero before.
    pub result: Digest,
    pub client_claimed: bool,
    pub provider_claimed: bool,
}

/// `IJobTypes.DisputeInfo`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainDispute {
    pub challenger: Address,
    pub escalator: Option<Address>,
    /// Of a juror.
    pub fee: Amount,
    /// 1 or 2.
    pub round: u8,
    pub drawn: bool,
    /// Jurors that were drawn in the two rounds.
    pub first: u8,
    pub second: u8,
    /// Times in seconds since the epoch; 0 before the first draw.
    pub fixed_at: u64,
    pub draw_block: u64,
    pub commit_by: u64,
    pub reveal_by: u64,
    pub shown: Option<Digest>,
}

/// `IJobTypes.JurorInfo`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainJuror {
    pub who: Address,
    pub duty: Duty,
    /// Its commitment, and once it has revealed its answer.
    pub answer: Digest,
}

/// A provider; all zero where there is none.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `provider`.
pub fn provider(data: &[u8]) -> Result<ChainProvider, DecodeError> {
    let (found,) = returned::<Jobs::providerCall>(data)?;
    Ok(ChainProvider {
        registered: found.registered,
        weight: found.weight,
        deposit: amount(found.deposit)?,
        locked: amount(found.locked)?,
        since: narrow(found.since)?,
        nonce: found.nonce,
        price: amount(found.price)?,
        kinds: found.kinds,
        memory_mib: found.memoryMiB,
        units_per_second: found.unitsPerSecond,
    })
}

/// A job; `None` where there is none with this number.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `job`.
pub fn job(data: &[u8]) -> Result<Option<ChainJob>, DecodeError> {
    let (found,) = returned::<Jobs::jobCall>(data)?;
    let Some(client) = someone(found.client) else { return Ok(None) };
    Ok(Some(ChainJob {
        client,
        state: state(found.state)?,
        since: narrow(found.since)?,
        terms: digest(found.terms),
        provider: someone(found.provider),
        price: amount(found.price)?,
        limit: narrow(found.limit)?,
        units: narrow(found.units)?,
        agreed: narrow(found.agreed)?,
        stake: amount(found.stake)?,
        window: narrow(found.window)?,
        deadline: narrow(found.deadline)?,
        result: digest(found.result),
        client_claimed: found.clientClaimed,
        provider_claimed: found.providerClaimed,
    }))
}

/// A dispute; `None` where there is none about this job.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `dispute`.
pub fn dispute(data: &[u8]) -> Result<Option<ChainDispute>, DecodeError> {
    let (found,) = returned::<Jobs::disputeCall>(data)?;
    let Some(challenger) = someone(found.challenger) else { return Ok(None) };
    Ok(Some(ChainDispute {
        challenger,
        escalator: someone(found.escalator),
        fee: amount(found.fee)?,
        round: found.round,
        drawn: found.drawn,
        first: found.first,
        second: found.second,
        fixed_at: narrow(found.fixedAt)?,
        draw_block: found.drawBlock,
        commit_by: narrow(found.commitBy)?,
        reveal_by: narrow(found.revealBy)?,
        shown: Some(digest(found.shown)).filter(|shown| *shown != Digest::ZERO),
    }))
}

/// A juror; `None` where there is none.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `juror`.
pub fn juror(data: &[u8]) -> Result<Option<ChainJuror>, DecodeError> {
    let (found,) = returned::<Jobs::jurorCall>(data)?;
    if found.duty == 0 {
        return Ok(None);
    }
    Ok(Some(ChainJuror { who: account(found.who), duty: duty(found.duty)?, answer: digest(found.answer) }))
}
