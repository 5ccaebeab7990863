//! Call data of Jobs, one function per function of the contract. Jobs count from 1, jurors from 0. Signatures are 65 bytes
//! (`r ‖ s ‖ v`) over what [`crate::typed_data`] gives. Where a permit may be given it is for exactly what the call takes,
//! and without one the allowance must be there.

use coin::PermitSignature;
use contracts::abi::{address, call, wide, word};
pub use contracts::escrow::{coin, collect_owed, domain_separator, owed, total_owed};
use protocol::{Address, Amount, Digest};

use super::{
    contract::Jobs::*,
    convert::{abi_offer, abi_permit, abi_quote, abi_terms},
};
use crate::{Files, Offer, Quote, Terms};

/// Joins as a provider, resumes, changes the offer or raises the deposit by `amount`, which is taken.
pub fn offer(amount: Amount, offered: &Offer, permit: Option<&PermitSignature>) -> Vec<u8> {
    call::<offerCall>((wide(amount.0), abi_offer(offered), abi_permit(permit)))
}

/// Takes no new jobs and duties; by a provider.
pub fn pause() -> Vec<u8> {
    call::<pauseCall>(())
}

/// Takes back a part of the deposit that is not locked; by a provider.
pub fn withdraw(amount: Amount) -> Vec<u8> {
    call::<withdrawCall>((wide(amount.0),))
}

/// Leaves with all of the deposit, none of which may be locked; by a provider.
pub fn offboard() -> Vec<u8> {
    call::<offboardCall>(())
}

/// Revokes all quotes below a nonce; by a provider.
pub fn revoke_quotes(nonce: u64) -> Vec<u8> {
    call::<revokeQuotesCall>((nonce,))
}

/// Posts a job. Its number is in the log of [`crate::Event::Posted`].
pub fn post(terms: &Terms, files: &Files) -> Vec<u8> {
    let Files { workload, inputs, resumed } = files.clone();
    call::<postCall>((abi_terms(terms), workload, inputs, resumed))
}

/// Withdraws a job that is not locked; by the client.
pub fn cancel(id: u64) -> Vec<u8> {
    call::<cancelCall>((id,))
}

/// Locks [`Terms::escrow`] at the quote's price; by the client.
pub fn lock(id: u64, terms: &Terms, quote: &Quote, signature: &[u8], permit: Option<&PermitSignature>) -> Vec<u8> {
    call::<lockCall>((id, abi_terms(terms), abi_quote(quote), signature.to_vec().into(), abi_permit(permit)))
}

/// Starts a job and locks the stake; by the provider.
pub fn start(id: u64) -> Vec<u8> {
    call::<startCall>((id,))
}

/// Shows the client's last voucher; by the provider.
pub fn redeem(id: u64, units: u64, checkpoint: Digest, signature: &[u8]) -> Vec<u8> {
    call::<redeemCall>((id, wide(units), word(checkpoint), signature.to_vec().into()))
}

/// Submits a result: `result` is [`crate::typed_data::commitment`] of round 0, `file` the SHA-256 in the CID of the sealed
/// result; by the provider.
pub fn submit(id: u64, result: Digest, file: Digest, units: u64, log_head: Digest) -> Vec<u8> {
    call::<submitCall>((id, word(result), word(file), wide(units), word(log_head)))
}

/// Ends a job that the provider cannot finish: it is paid what vouchers promise; by the provider.
pub fn fail(id: u64, code: u16) -> Vec<u8> {
    call::<failCall>((id, code))
}

/// Accepts a result, which is named; by the client.
pub fn accept(id: u64, result: Digest) -> Vec<u8> {
    call::<acceptCall>((id, word(result)))
}

/// Carries out what is due because a time is over; by anyone.
pub fn expire(id: u64) -> Vec<u8> {
    call::<expireCall>((id,))
}

/// Claims the caller's part of a job that has ended; by client or provider.
pub fn claim(id: u64) -> Vec<u8> {
    call::<claimCall>((id,))
}

/// Says that a result, which is named, is wrong; takes [`crate::Job::bond`] of the first round. By anyone but the provider.
pub fn challenge(id: u64, result: Digest, permit: Option<&PermitSignature>) -> Vec<u8> {
    call::<challengeCall>((id, word(result), abi_permit(permit)))
}

/// Draws the jurors of a round; by anyone, from the second block after it began.
pub fn draw(id: u64) -> Vec<u8> {
    call::<drawCall>((id,))
}

/// Commits to an answer: [`crate::typed_data::commitment`] of the round; by a juror.
pub fn commit(id: u64, index: u8, commitment: Digest) -> Vec<u8> {
    call::<commitCall>((id, index, word(commitment)))
}

/// Reveals an answer, zero for a job that could not be run; by a juror.
pub fn reveal(id: u64, index: u8, result: Digest, units: u64, salt: Digest) -> Vec<u8> {
    call::<revealCall>((id, index, word(result), wide(units), word(salt)))
}

/// Shows to what the submission committed; by anyone who knows it.
pub fn show(id: u64, result: Digest, salt: Digest) -> Vec<u8> {
    call::<showCall>((id, word(result), word(salt)))
}

/// Asks for a second round; takes [`crate::Job::bond`] of it. By the side that lost the first.
pub fn escalate(id: u64, permit: Option<&PermitSignature>) -> Vec<u8> {
    call::<escalateCall>((id, abi_permit(permit)))
}

/// Ends a dispute whose times are over; by anyone.
pub fn conclude(id: u64) -> Vec<u8> {
    call::<concludeCall>((id,))
}

/// View: read with [`crate::returns::provider`].
pub fn provider(account: Address) -> Vec<u8> {
    call::<providerCall>((address(account),))
}

/// View: read with [`crate::returns::job`].
pub fn job(id: u64) -> Vec<u8> {
    call::<jobCall>((id,))
}

/// View: read with [`crate::returns::dispute`].
pub fn dispute(id: u64) -> Vec<u8> {
    call::<disputeCall>((id,))
}

/// View: read with [`crate::returns::juror`].
pub fn juror(id: u64, index: u8) -> Vec<u8> {
    call::<jurorCall>((id, index))
}

/// View: what [`claim`] would send an account. Read with [`contracts::returns::amount`].
pub fn claimable(id: u64, account: Address) -> Vec<u8> {
    call::<claimableCall>((id, address(account)))
}

/// View: as [`crate::typed_data::commitment`]. Read with [`contracts::returns::digest`].
pub fn commitment_of(id: u64, round: u8, account: Address, result: Digest, units: u64, salt: Digest) -> Vec<u8> {
    call::<commitmentOfCall>((id, round, address(account), word(result), wide(units), word(salt)))
}

/// View: the highest number of a job. Read with [`contracts::returns::count`].
pub fn job_count() -> Vec<u8> {
    call::<jobCountCall>(())
}

/// View: how many providers there are. Read with [`contracts::returns::count`].
pub fn provider_count() -> Vec<u8> {
    call::<providerCountCall>(())
}

/// View: rounds whose jurors are about to be drawn. Read with [`contracts::returns::count`].
pub fn open_draws() -> Vec<u8> {
    call::<openDrawsCall>(())
}
