//! Reads what a view returned, for results that are one value.

use protocol::{Address, Amount, Digest};

use crate::{abi::DecodeError, words::Words};

/// An amount in the smallest unit. A larger number than fits, such as an unlimited allowance, reads as the largest
/// that does; no real amount comes near.
///
/// # Errors
/// [`DecodeError`] when the data is cut off.
pub fn amount(data: &[u8]) -> Result<Amount, DecodeError> {
    match Words::new(data).amount() {
        Err(DecodeError::OutOfRange) => Ok(Amount(u128::MAX)),
        read => read,
    }
}

/// A number of things, or a nonce.
///
/// # Errors
/// [`DecodeError`] when the data is cut off or the number has more than 64 bits.
pub fn count(data: &[u8]) -> Result<u64, DecodeError> {
    Words::new(data).number()
}

/// # Errors
/// [`DecodeError`] when the data is cut off or is not an address.
pub fn address(data: &[u8]) -> Result<Address, DecodeError> {
    Words::new(data).address()
}

/// # Errors
/// [`DecodeError`] when the data is cut off or is neither 0 nor 1.
pub fn boolean(data: &[u8]) -> Result<bool, DecodeError> {
    Words::new(data).boolean()
}

/// # Errors
/// [`DecodeError`] when the data is cut off.
pub fn digest(data: &[u8]) -> Result<Digest, DecodeError> {
    Words::new(data).digest()
}
