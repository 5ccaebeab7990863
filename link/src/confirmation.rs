//! The certificate of a seat's key: the signed transaction by which it confirmed the task.
//!
//! A relay and a node that lie together could show each side a foreign key. What they cannot do is sign for the account that
//! this side agreed to work with: so each side sends the transaction itself, and the other one recovers who signed it.

use alloy_consensus::{
    SignableTransaction, Transaction, TxEip1559, TxEip2930, TxEnvelope, TxLegacy, transaction::SignerRecoverable,
};
use alloy_eips::{Decodable2718, Encodable2718};
use alloy_primitives::{Bytes, Signature, TxKind, U256};
use protocol::{Address, Digest, keccak};

use crate::{
    error::LinkError,
    terms::{Proof, SeatNumber, Terms},
};

/// Bytes of a confirmation at most. The call has a few hundred.
pub const LONGEST: usize = 16 << 10;

/// The raw signed transaction with this hash, from what nodes tell of it, field by field: not every node gives the bytes
/// themselves. `field` gives what stands under a name of `eth_getTransactionByHash`, in hexadecimal. `None` where what is told
/// does not have this hash, or is of a kind that no wallet sends for a confirmation.
pub fn rebuilt<'f>(hash: &Digest, field: impl Fn(&str) -> Option<&'f str>) -> Option<Vec<u8>> {
    let wide = |name| U256::from_str_radix(field(name)?.strip_prefix("0x")?, 16).ok();
    let number = |name| u64::try_from(wide(name)?).ok();
    let price = |name| u128::try_from(wide(name)?).ok();
    let bytes = |name| field(name)?.parse::<Bytes>().ok();
    let (nonce, gas_limit, value, input) = (number("nonce")?, number("gas")?, wide("value")?, bytes("input")?);
    let to = TxKind::Call(field("to")?.parse().ok()?);
    // Of 27 and 28, and of 35 and more, the odd ones are even.
    let v = number("v")?;
    let is_odd = if v > 1 { v % 2 == 0 } else { v == 1 };
    let signature = Signature::new(wide("r")?, wide("s")?, is_odd);
    let access_list = Default::default();
    let made: TxEnvelope = match number("type").unwrap_or_default() {
        0 => {
            let chain_id = (v >= 35).then(|| (v - 35) / 2);
            let gas_price = price("gasPrice")?;
            TxLegacy { chain_id, nonce, gas_price, gas_limit, to, value, input }.into_signed(signature).into()
        }
        1 => {
            let (chain_id, gas_price) = (number("chainId")?, price("gasPrice")?);
            let transaction = TxEip2930 { chain_id, nonce, gas_price, gas_limit, to, value, access_list, input };
            transaction.into_signed(signature).into()
        }
        2 => {
            let max_fee_per_gas = price("maxFeePerGas")?;
            let max_priority_fee_per_gas = price("maxPriorityFeePerGas")?;
            let chain_id = number("chainId")?;
            let transaction = TxEip1559 {
                chain_id,
                nonce,
                gas_limit,
                max_fee_per_gas,
                max_priority_fee_per_gas,
                to,
                value,
                access_list,
                input,
            };
            transaction.into_signed(signature).into()
        }
        _ => return None,
    };
    let raw = made.encoded_2718();
    (keccak(&[&raw]) == *hash).then_some(raw)
}

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
