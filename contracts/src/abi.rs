//! Signatures and encoding.

pub use ethers_core::abi::{Token, encode};
use ethers_core::{
    types::{H160, U256},
    utils::keccak256,
};
use protocol::{Address, Amount, Digest};

/// The first four bytes of call data or revert data: which function or error it is.
pub fn selector(signature: &str) -> [u8; 4] {
    let [a, b, c, d, ..] = keccak256(signature);
    [a, b, c, d]
}

/// The first topic of a log: which event it is.
pub fn topic(signature: &str) -> Digest {
    Digest(keccak256(signature))
}

/// Call data of a function.
pub fn call(signature: &str, arguments: &[Token]) -> Vec<u8> {
    [&selector(signature)[..], &encode(arguments)].concat()
}

pub fn number(value: impl Into<u128>) -> Token {
    Token::Uint(U256::from(value.into()))
}

pub fn amount(amount: Amount) -> Token {
    number(amount.0)
}

pub fn address(address: Address) -> Token {
    Token::Address(H160(address.0))
}

pub fn digest(digest: Digest) -> Token {
    word(&digest.0)
}

pub fn word(bytes: &[u8; 32]) -> Token {
    Token::FixedBytes(bytes.to_vec())
}

pub fn bytes(bytes: &[u8]) -> Token {
    Token::Bytes(bytes.to_vec())
}

pub fn text(text: &str) -> Token {
    Token::String(text.to_owned())
}
