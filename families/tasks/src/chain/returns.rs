//! Reads what views of Tasks returned.

use contracts::abi::{DecodeError, account, amount, digest, narrow, returned, someone};
use protocol::{Address, Amount, Digest};

use super::{
    contract::Tasks,
    convert::{kind, seat_state, state},
};
use crate::{Kind, Roles, SeatState, State};

/// `ITaskTypes.TaskInfo`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainTask {
    pub requester: Address,
    pub kind: Kind,
    pub state: State,
    /// When it came to stand there, seconds since the epoch.
    pub since: u64,
    /// 1 for the first run.
    pub attempt: u16,
    pub seats: u8,
    pub confirmed: u8,
    pub needs_helper: bool,
    pub reveals_early: bool,
    pub bond_lost: bool,
    /// 0 for none.
    pub waits_for: u64,
    pub confirm_by: u64,
    pub start_by: u64,
    pub max_seconds: u32,
    pub facts: u32,
    pub rows: u32,
    pub compute_fee: Amount,
    pub bond: Amount,
    pub spec: Digest,
    /// What all seats have signed.
    pub result: Option<Digest>,
}

/// `ITaskTypes.SeatInfo`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainSeat {
    pub holder: Address,
    pub signer: Option<Address>,
    /// 0 for a seat of the requester.
    pub grant: u64,
    pub roles: Roles,
    pub state: SeatState,
    pub accepted: u16,
    pub fee: Amount,
}

/// `ITaskTypes.HelperInfo`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHelper {
    pub helper: Option<Address>,
    pub per_megabyte: Amount,
    pub budget: Amount,
    pub serving: bool,
    pub gone: u16,
    /// Hash of the list that was published; zero where the task needs no helper.
    pub candidates: Digest,
    pub draw_block: Option<u64>,
    pub draw_hash: Option<Digest>,
}

/// A task; `None` where there is none with this number.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `task`.
pub fn task(data: &[u8]) -> Result<Option<ChainTask>, DecodeError> {
    let (found,) = returned::<Tasks::taskCall>(data)?;
    let Some(requester) = someone(found.requester) else { return Ok(None) };
    Ok(Some(ChainTask {
        requester,
        kind: kind(found.kind)?,
        state: state(found.state)?,
        since: narrow(found.since)?,
        attempt: found.attempt,
        seats: found.seats,
        confirmed: found.confirmed,
        needs_helper: found.needsHelper,
        reveals_early: found.revealsEarly,
        bond_lost: found.bondLost,
        waits_for: found.waitsFor,
        confirm_by: narrow(found.confirmBy)?,
        start_by: narrow(found.startBy)?,
        max_seconds: narrow(found.maxSeconds)?,
        facts: narrow(found.facts)?,
        rows: narrow(found.rows)?,
        compute_fee: amount(found.computeFee)?,
        bond: amount(found.bond)?,
        spec: digest(found.spec),
        result: some(digest(found.result)),
    }))
}

/// A seat; `None` where there is none.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `seat`.
pub fn seat(data: &[u8]) -> Result<Option<ChainSeat>, DecodeError> {
    let (found,) = returned::<Tasks::seatCall>(data)?;
    if found.state == 0 {
        return Ok(None);
    }
    Ok(Some(ChainSeat {
        holder: account(found.who),
        signer: someone(found.signer),
        grant: found.grant,
        roles: Roles(found.roles),
        state: seat_state(found.state)?,
        accepted: found.accepted,
        fee: amount(found.fee)?,
    }))
}

/// Who deals.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `helper`.
pub fn helper(data: &[u8]) -> Result<ChainHelper, DecodeError> {
    let (found,) = returned::<Tasks::helperCall>(data)?;
    Ok(ChainHelper {
        helper: someone(found.helper),
        per_megabyte: amount(found.perMegabyte)?,
        budget: amount(found.budget)?,
        serving: found.serving,
        gone: found.gone,
        candidates: digest(found.candidates),
        draw_block: Some(found.drawBlock).filter(|block| *block > 0),
        draw_hash: some(digest(found.drawHash)),
    })
}

fn some(word: Digest) -> Option<Digest> {
    Some(word).filter(|word| *word != Digest::ZERO)
}
