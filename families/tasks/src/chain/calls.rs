//! Call data of Tasks, one function per function of the contract. Tasks count from 1, seats from 0.
//!
//! Signatures are 65 bytes each (`r ‖ s ‖ v`), one after the other in the order of seats, over what
//! [`crate::typed_data`] gives.

use alloy_sol_types::SolCall;
use coin::PermitSignature;
use contracts::abi::{address, call, digest, wide, word};
pub use contracts::escrow::{coin, collect_owed, domain_separator, owed, total_owed};
use protocol::{Address, Amount, Digest};

use super::{
    contract::Tasks::*,
    convert::{abi_candidates, abi_draft, abi_failure, abi_outcome},
};
use crate::{Candidate, Draft, Failure, Outcome};

/// Publishes a task, or several that wait for each other, and locks all fees; with a permit for exactly `value` no
/// allowance is needed before. The numbers are in the [`crate::Event::Published`] of the receipt.
pub fn publish(drafts: &[Draft], permit: Option<(Amount, &PermitSignature)>) -> Vec<u8> {
    let drafts: Vec<_> = drafts.iter().map(abi_draft).collect();
    match permit {
        None => call::<publishCall>((drafts,)),
        Some((value, permit)) => {
            let (deadline, v, r, s) = permit.arguments();
            call::<publishWithPermitCall>((drafts, wide(value.0), deadline, v, r, s))
        }
    }
}

/// What a seat says when it confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmation {
    /// X25519 key of its links in this task.
    pub key: Digest,
    /// Commitment to the version of the data set and the columns.
    pub input: Digest,
    /// Session key that signs for the seat.
    pub signer: Address,
    /// Candidates that are accepted as helper, bit i for the i-th.
    pub accepted: u16,
}

/// Confirms a seat and locks its bond; by who holds it. With a permit for exactly the bond no allowance is needed before.
pub fn confirm(id: u64, seat: u8, said: &Confirmation, permit: Option<&PermitSignature>) -> Vec<u8> {
    let (key, input, signer) = (word(said.key), word(said.input), address(said.signer));
    match permit {
        None => call::<confirmCall>((id, seat, key, input, signer, said.accepted)),
        Some(permit) => {
            let (deadline, v, r, s) = permit.arguments();
            call::<confirmWithPermitCall>((id, seat, key, input, signer, said.accepted, deadline, v, r, s))
        }
    }
}

/// What the call data of [`confirm`] or [`serve`] says: the task, and the key of the seat's links in it. `None` for any
/// other call.
pub fn confirmed(input: &[u8]) -> Option<(u64, Digest)> {
    fn read<C: SolCall>(input: &[u8]) -> Option<C> {
        C::abi_decode_validate(input).ok()
    }
    read::<confirmCall>(input)
        .map(|said| (said.id, digest(said.key)))
        .or_else(|| read::<confirmWithPermitCall>(input).map(|said| (said.id, digest(said.key))))
        .or_else(|| read::<serveCall>(input).map(|said| (said._0, digest(said._1))))
}

/// Rejects a task that is not ready, with a text; by who holds a seat.
pub fn reject(id: u64, seat: u8, reason: &str) -> Vec<u8> {
    call::<rejectCall>((id, seat, reason.to_owned()))
}

/// Gives a task up that has not started, or has failed; by the requester.
pub fn cancel(id: u64) -> Vec<u8> {
    call::<cancelCall>((id,))
}

/// Carries out what is due because a time is over; by anyone.
pub fn expire(id: u64) -> Vec<u8> {
    call::<expireCall>((id,))
}

/// Says which candidates are accepted as helper; by an owner that has confirmed.
pub fn accept(id: u64, seat: u8, accepted: u16) -> Vec<u8> {
    call::<acceptCall>((id, seat, accepted))
}

/// Draws the helper; by anyone.
pub fn draw(id: u64, candidates: &[Candidate]) -> Vec<u8> {
    call::<drawCall>((id, abi_candidates(candidates)))
}

/// Agrees to serve; by the helper that was drawn.
pub fn serve(id: u64, key: Digest) -> Vec<u8> {
    call::<serveCall>((id, word(key)))
}

/// Declines to serve, or stops; by the helper that was drawn.
pub fn decline(id: u64, candidates: &[Candidate]) -> Vec<u8> {
    call::<declineCall>((id, abi_candidates(candidates)))
}

/// Pays the helper and draws the next one, as both computing seats have signed.
pub fn advance(id: u64, candidates: &[Candidate], dealt: u64, signatures: &[u8]) -> Vec<u8> {
    call::<advanceCall>((id, abi_candidates(candidates), dealt, signatures.to_vec().into()))
}

/// Starts a run; by the requester.
pub fn start(id: u64) -> Vec<u8> {
    call::<startCall>((id,))
}

/// Says that all seats are there, as all have signed.
pub fn begin(id: u64, signatures: &[u8]) -> Vec<u8> {
    call::<beginCall>((id, signatures.to_vec().into()))
}

/// Ends a task with what came out, as all seats have signed.
pub fn finish(id: u64, outcome: &Outcome, signatures: &[u8]) -> Vec<u8> {
    call::<finishCall>((id, abi_outcome(outcome), signatures.to_vec().into()))
}

/// Ends a run that failed, as all seats have signed.
pub fn fail(id: u64, failure: &Failure, signatures: &[u8]) -> Vec<u8> {
    call::<failCall>((id, abi_failure(failure), signatures.to_vec().into()))
}

/// Says that the others are silent; by who holds a seat.
pub fn stall(id: u64, seat: u8, heads: Digest) -> Vec<u8> {
    call::<stallCall>((id, seat, word(heads)))
}

/// Responds to a stall; by who holds the seat, or by anyone with a signature of its session key.
pub fn respond(id: u64, seat: u8, heads: Digest, signature: &[u8]) -> Vec<u8> {
    call::<respondCall>((id, seat, word(heads), signature.to_vec().into()))
}

/// Makes a failed task ready again; by the requester.
pub fn retry(id: u64) -> Vec<u8> {
    call::<retryCall>((id,))
}

/// Demands the sealed key that a computing seat owes by the outcome as it was signed; by the requester.
pub fn demand(id: u64, seat: u8, outcome: &Outcome, key_hashes: &[Digest]) -> Vec<u8> {
    let hashes = key_hashes.iter().copied().map(word).collect();
    call::<demandCall>((id, seat, abi_outcome(outcome), hashes))
}

/// Posts a sealed key that is demanded, beside the outcome as it was signed; by anyone.
pub fn deliver(id: u64, seat: u8, outcome: &Outcome, key_hashes: &[Digest], sealed: &[u8]) -> Vec<u8> {
    let hashes = key_hashes.iter().copied().map(word).collect();
    call::<deliverCall>((id, seat, abi_outcome(outcome), hashes, sealed.to_vec().into()))
}

/// Pays a part of a task that has ended: a seat, or [`crate::REQUESTER_PART`]; by anyone.
pub fn collect(id: u64, part: u8) -> Vec<u8> {
    call::<collectCall>((id, part))
}

/// View: read with [`crate::returns::task`].
pub fn task(id: u64) -> Vec<u8> {
    call::<taskCall>((id,))
}

/// View: read with [`crate::returns::seat`].
pub fn seat(id: u64, index: u8) -> Vec<u8> {
    call::<seatCall>((id, index))
}

/// View: read with [`crate::returns::helper`].
pub fn helper(id: u64) -> Vec<u8> {
    call::<helperCall>((id,))
}

/// View: what [`collect`] would pay. Read with [`contracts::returns::amount`].
pub fn due(id: u64, part: u8) -> Vec<u8> {
    call::<dueCall>((id, part))
}

/// View: the highest number. Read with [`contracts::returns::count`].
pub fn task_count() -> Vec<u8> {
    call::<taskCountCall>(())
}

/// View: the registry of grants. Read with [`contracts::returns::address`].
pub fn grants() -> Vec<u8> {
    call::<grantsCall>(())
}

/// View: read with [`contracts::returns::address`].
pub fn directory() -> Vec<u8> {
    call::<directoryCall>(())
}
