//! Encoding and decoding by the types that `sol!` makes of a committed ABI, and the values of `protocol` in their place.
//!
//! What is decoded may come from anybody. alloy's decoder checks every offset and length; it would cut numbers to the
//! width of their type without a word, so [`InRange`] looks at each word first. Texts that are not UTF-8 are read with
//! replacement characters rather than refused, so that nobody can make a history unreadable with one event.

use alloy_sol_types::{
    SolCall, SolEvent, SolType,
    abi::{TokenSeq, decode_sequence},
    private::{B256, FixedBytes, I256, U256, Uint, keccak256},
    sol_data,
};
use protocol::{Address, Amount, Digest, RawLog};

pub use alloy_sol_types::private::{Address as AbiAddress, B256 as AbiWord, U256 as AbiNumber};

use crate::words;
pub use crate::words::DecodeError;

/// The first topic of an event.
pub const fn topic<E: SolEvent>() -> Digest {
    Digest(E::SIGNATURE_HASH.0)
}

/// The first four bytes of call data or revert data: which function or error a signature is.
pub fn selector(signature: &str) -> [u8; 4] {
    let FixedBytes([a, b, c, d, ..]) = keccak256(signature);
    [a, b, c, d]
}

/// Call data of a function.
pub fn call<C: SolCall>(arguments: <C::Parameters<'_> as SolType>::RustType) -> Vec<u8> {
    C::new(arguments).abi_encode()
}

/// The arguments of a function, out of its call data; `None` for the call data of another one.
///
/// # Errors
/// [`DecodeError`] when the function is this one, but the rest does not fit it.
pub fn arguments<'a, C: SolCall>(
    call_data: &'a [u8],
) -> Result<Option<<C::Parameters<'a> as SolType>::RustType>, DecodeError>
where
    C::Parameters<'a>: InRange,
{
    match call_data.split_first_chunk::<4>() {
        Some((selector, rest)) if *selector == C::SELECTOR => decode::<C::Parameters<'a>>(rest).map(Some),
        _ => Ok(None),
    }
}

/// What a view returned, as a tuple.
///
/// # Errors
/// [`DecodeError`] when it is cut off or out of range.
pub fn returned<'a, C: SolCall>(data: &'a [u8]) -> Result<<C::ReturnTuple<'a> as SolType>::RustType, DecodeError>
where
    C::ReturnTuple<'a>: InRange,
{
    decode::<C::ReturnTuple<'a>>(data)
}

/// The arguments of an event that are not indexed, as a tuple.
///
/// # Errors
/// [`DecodeError`] when they are cut off or out of range.
pub fn data<E: SolEvent>(log: &RawLog) -> Result<<E::DataTuple<'_> as SolType>::RustType, DecodeError>
where
    for<'a> E::DataTuple<'a>: InRange,
{
    decode::<E::DataTuple<'_>>(&log.data)
}

fn decode<'a, T: InRange>(data: &'a [u8]) -> Result<T::RustType, DecodeError>
where
    T::Token<'a>: TokenSeq<'a>,
{
    let token = decode_sequence::<T::Token<'a>>(data).map_err(|_| DecodeError::Malformed)?;
    if !T::in_range(&token) {
        return Err(DecodeError::OutOfRange);
    }
    Ok(T::detokenize(token))
}

/// An indexed argument of a log, from 1.
///
/// # Errors
/// [`DecodeError::Malformed`] where the log has no such topic.
pub fn indexed(log: &RawLog, position: usize) -> Result<Digest, DecodeError> {
    log.topics.get(position).copied().ok_or(DecodeError::Malformed)
}

/// An indexed address.
///
/// # Errors
/// [`DecodeError`] where there is none, or something else.
pub fn indexed_address(log: &RawLog, position: usize) -> Result<Address, DecodeError> {
    words::address(&indexed(log, position)?.0)
}

/// An indexed number.
///
/// # Errors
/// [`DecodeError`] where there is none, or one that is out of range.
pub fn indexed_number<T: TryFrom<u128>>(log: &RawLog, position: usize) -> Result<T, DecodeError> {
    narrow(U256::from_be_bytes(indexed(log, position)?.0))
}

/// A number as an indexed argument of an event.
pub fn number_topic(number: u64) -> Digest {
    let mut word = [0; 32];
    word[24..].copy_from_slice(&number.to_be_bytes());
    Digest(word)
}

/// An account as an indexed argument of an event.
pub fn account_topic(account: Address) -> Digest {
    let mut word = [0; 32];
    word[12..].copy_from_slice(&account.0);
    Digest(word)
}

/// A number as an argument of a width of the ABI. One that does not fit is the largest that does, which the contracts
/// refuse by their own limits.
pub fn wide<const BITS: usize, const LIMBS: usize>(number: impl Into<u128>) -> Uint<BITS, LIMBS> {
    Uint::saturating_from(number.into())
}

/// A number of the ABI in a type of ours.
///
/// # Errors
/// [`DecodeError::OutOfRange`] where it does not fit.
pub fn narrow<T: TryFrom<u128>, const BITS: usize, const LIMBS: usize>(
    number: Uint<BITS, LIMBS>,
) -> Result<T, DecodeError> {
    let number = u128::try_from(number).map_err(|_| DecodeError::OutOfRange)?;
    T::try_from(number).map_err(|_| DecodeError::OutOfRange)
}

/// An amount of the ABI.
///
/// # Errors
/// [`DecodeError::OutOfRange`] where it has more than 128 bits.
pub fn amount<const BITS: usize, const LIMBS: usize>(number: Uint<BITS, LIMBS>) -> Result<Amount, DecodeError> {
    narrow(number).map(Amount)
}

/// A signed number of the ABI.
///
/// # Errors
/// [`DecodeError::OutOfRange`] where it has more than 128 bits.
pub fn signed(number: I256) -> Result<i128, DecodeError> {
    i128::try_from(number).map_err(|_| DecodeError::OutOfRange)
}

/// An address as an argument.
pub const fn address(address: Address) -> AbiAddress {
    AbiAddress(FixedBytes(address.0))
}

/// An address of the ABI.
pub const fn account(address: AbiAddress) -> Address {
    Address(address.0.0)
}

/// As [`account`]; the zero address stands for nobody.
pub fn someone(address: AbiAddress) -> Option<Address> {
    Some(account(address)).filter(|address| *address != Address::ZERO)
}

/// A digest as an argument.
pub const fn word(digest: Digest) -> B256 {
    FixedBytes(digest.0)
}

/// A 32-byte word of the ABI.
pub const fn digest(word: B256) -> Digest {
    Digest(word.0)
}

/// `keccak256(abi.encode(…))` of 32-byte words.
pub fn hash_words(words: &[Digest]) -> Digest {
    digest(keccak256(words.iter().flat_map(|word| word.0).collect::<Vec<u8>>()))
}

/// Whether every word of a token is a value of its type, without the texts: they are read whatever they are.
pub trait InRange: SolType {
    fn in_range(token: &Self::Token<'_>) -> bool;
}

/// Types of one word, whose own rule is the right one.
macro_rules! by_its_own_rule {
    ($([$($parameter:tt)*] $type:ty, [$($bound:tt)*];)*) => {$(
        impl<$($parameter)*> InRange for $type where $($bound)* {
            fn in_range(token: &Self::Token<'_>) -> bool {
                Self::valid_token(token)
            }
        }
    )*};
}
by_its_own_rule! {
    [] sol_data::Address, [];
    [] sol_data::Bool, [];
    [const BITS: usize] sol_data::Uint<BITS>, [sol_data::IntBitCount<BITS>: sol_data::SupportedInt];
    [const BITS: usize] sol_data::Int<BITS>, [sol_data::IntBitCount<BITS>: sol_data::SupportedInt];
    [const N: usize] sol_data::FixedBytes<N>, [sol_data::ByteCount<N>: sol_data::SupportedFixedBytes];
}

impl InRange for sol_data::Bytes {
    fn in_range(_: &Self::Token<'_>) -> bool {
        true
    }
}

impl InRange for sol_data::String {
    fn in_range(_: &Self::Token<'_>) -> bool {
        true
    }
}

impl<T: InRange> InRange for sol_data::Array<T> {
    fn in_range(token: &Self::Token<'_>) -> bool {
        token.0.iter().all(T::in_range)
    }
}

impl InRange for () {
    fn in_range(_: &Self::Token<'_>) -> bool {
        true
    }
}

macro_rules! tuples {
    ($(($($type:ident $at:tt),+);)*) => {$(
        impl<$($type: InRange),+> InRange for ($($type,)+) {
            fn in_range(token: &Self::Token<'_>) -> bool {
                true $(&& $type::in_range(&token.$at))+
            }
        }
    )*};
}
tuples! {
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
}

/// Says that structs and enums which `sol!` made of an ABI are in range by their own rule; they must hold no text.
#[macro_export]
macro_rules! in_range {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::abi::InRange for $type {
            fn in_range(token: &Self::Token<'_>) -> bool {
                <Self as alloy_sol_types::SolType>::valid_token(token)
            }
        }
    )+};
}

#[cfg(test)]
mod tests {
    use super::*;
    use ethers_core::abi::{Token, encode};

    #[test]
    fn signed_numbers_read_back() {
        type Pair = (sol_data::Array<sol_data::Int<256>>, sol_data::Int<256>);
        let read = |data: &[u8]| {
            let (list, one) = decode::<Pair>(data)?;
            Ok::<_, DecodeError>((list.into_iter().map(signed).collect::<Result<Vec<_>, _>>()?, signed(one)?))
        };
        let (minus, least) = (ethers_core::types::U256::MAX - 6, ethers_core::types::U256::MAX << 127);
        let list = vec![Token::Int(7.into()), Token::Int(minus), Token::Int(least)];
        let data = encode(&[Token::Array(list), Token::Int(minus)]);
        assert_eq!(read(&data), Ok((vec![7, -7, i128::MIN], -7)));
        for len in 0..data.len() - 1 {
            assert!(read(&data[..len]).is_err(), "{len} bytes");
        }
        let large = encode(&[Token::Array(Vec::new()), Token::Uint(ethers_core::types::U256::one() << 127)]);
        assert_eq!(read(&large), Err(DecodeError::OutOfRange));
    }
}
