//! The certificate of a seat's key: the signed transaction by which it confirmed the task.
//!
//! A relay and a node that lie together could show each side a foreign key. What they cannot do is sign for the account that
//! this side agreed to work with: so each side sends the transaction itself, and the other one recovers who signed it.

use alloy_consensus::{Transaction, TxEnvelope, transaction::SignerRecoverable};
use alloy_eips::Decodable2718;
use protocol::Address;

use crate::{
    error::LinkError,
    terms::{Proof, SeatNumber, Terms},
};

/// Bytes of a confirmation at most. The call has a few hundred.
pub const LONGEST: usize = 16 << 10;

/// Checks the raw signed transaction that `seat` sent: by its account, to this contract on this chain, for this task, and
/// with the key that the handshake has proven.
///
/// # Errors
/// [`LinkError`] where one of them is not so.
pub fn check(terms: &Terms, seat: SeatNumber, raw: &[u8]) -> Result<(), LinkError> {
    let expected = terms.seats.get(usize::from(seat)).ok_or(LinkError::NoSuchSeat { seat })?;
    if expected.proof == Proof::TwoNodes {
        return Ok(());
    }
    let unfit = |what| LinkError::Confirmation { seat, what };
    let mut rest = raw;
    let transaction = TxEnvelope::decode_2718(&mut rest).map_err(|_| unfit("it is no signed transaction"))?;
    if !rest.is_empty() {
        return Err(unfit("more follows it"));
    }
    let signer = transaction.recover_signer().map_err(|_| unfit("its signature is invalid"))?;
    let signer = Address(signer.into_array());
    if signer != expected.address {
        return Err(LinkError::Signer { seat, expected: expected.address, found: signer });
    }
    let to = transaction.to().map(|to| Address(to.into_array()));
    // Without a chain id a transaction can be repeated on any chain.
    if transaction.chain_id() != Some(terms.chain_id) || to != Some(terms.contract) {
        return Err(LinkError::OtherTask { seat });
    }
    let said = (terms.confirmed)(transaction.input()).ok_or_else(|| unfit("it is another call"))?;
    if said.task != terms.task {
        return Err(LinkError::OtherTask { seat });
    }
    if said.key != expected.key {
        return Err(LinkError::OtherKey { seat });
    }
    Ok(())
}
