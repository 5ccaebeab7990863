//! Signatures and encoding.

use ethers_core::{
    abi::{Token, encode},
    types::{H160, U256},
    utils::keccak256,
};
use protocol::{Address, Amount, Digest, bounty::Terms};

/// The first four bytes of call data or revert data: which function or error it is.
pub(crate) fn selector(signature: &str) -> [u8; 4] {
    let [a, b, c, d, ..] = keccak256(signature);
    [a, b, c, d]
}

/// The first topic of a log: which event it is.
pub(crate) fn topic(signature: &str) -> Digest {
    Digest(keccak256(signature))
}

/// Call data of a function.
pub(crate) fn call(signature: &str, arguments: &[Token]) -> Vec<u8> {
    [&selector(signature)[..], &encode(arguments)].concat()
}

pub(crate) fn number(value: impl Into<u128>) -> Token {
    Token::Uint(U256::from(value.into()))
}

pub(crate) fn amount(amount: Amount) -> Token {
    number(amount.0)
}

pub(crate) fn address(address: Address) -> Token {
    Token::Address(H160(address.0))
}

pub(crate) fn digest(digest: Digest) -> Token {
    word(&digest.0)
}

pub(crate) fn word(bytes: &[u8; 32]) -> Token {
    Token::FixedBytes(bytes.to_vec())
}

pub(crate) fn bytes(bytes: &[u8]) -> Token {
    Token::Bytes(bytes.to_vec())
}

pub(crate) fn text(text: &str) -> Token {
    Token::String(text.to_owned())
}

/// `IBountyMarket.Terms`, in its order.
pub(crate) fn terms(terms: &Terms) -> Token {
    Token::Tuple(vec![
        amount(terms.reward),
        amount(terms.stake),
        number(terms.deadline),
        number(terms.window),
        number(terms.test_rows),
        number(terms.classes),
        number(terms.min_correct),
        digest(terms.truth_superhash),
    ])
}
