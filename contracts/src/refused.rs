//! A call that the rules of a family refuse, before any chain was asked: the very error that its contract would answer with.

use protocol::{Address, Amount, Digest};

use crate::{
    abi::selector,
    refusal::{Refusals, Revert, decode},
};

/// An error of a contract with its arguments, each of one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    signature: &'static str,
    arguments: Vec<Argument>,
}

/// A word of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument(pub [u8; 32]);

impl Refused {
    /// An error by its signature, as in the ABI.
    pub fn new(signature: &'static str, arguments: impl IntoIterator<Item = Argument>) -> Self {
        Self { signature, arguments: arguments.into_iter().collect() }
    }

    /// As in the ABI, such as `TooEarly(uint256)`.
    pub fn signature(&self) -> &'static str {
        self.signature
    }

    /// What the contract would answer with.
    pub fn data(&self) -> Vec<u8> {
        let mut data = selector(self.signature).to_vec();
        self.arguments.iter().for_each(|argument| data.extend(argument.0));
        data
    }

    /// Cause and next step, by the sentences of the families.
    pub fn revert(&self, families: &[Refusals]) -> Revert {
        decode(&self.data(), families)
    }
}

impl From<u128> for Argument {
    fn from(number: u128) -> Self {
        let mut word = [0; 32];
        word[16..].copy_from_slice(&number.to_be_bytes());
        Self(word)
    }
}

macro_rules! from_numbers {
    ($($type:ty)*) => {$(
        impl From<$type> for Argument {
            fn from(number: $type) -> Self {
                u128::from(number).into()
            }
        }
    )*};
}
from_numbers! { u8 u16 u32 u64 }

impl From<Address> for Argument {
    fn from(address: Address) -> Self {
        let mut word = [0; 32];
        word[12..].copy_from_slice(&address.0);
        Self(word)
    }
}

impl From<Digest> for Argument {
    fn from(digest: Digest) -> Self {
        Self(digest.0)
    }
}

impl From<Amount> for Argument {
    fn from(amount: Amount) -> Self {
        amount.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_is_what_solidity_encodes() {
        let refused = Refused::new("Pair(address,uint8)", [Address([7; 20]).into(), 3u8.into()]);
        let tokens = [ethers_core::abi::Token::Address([7; 20].into()), ethers_core::abi::Token::Uint(3.into())];
        let selector = &ethers_core::utils::keccak256("Pair(address,uint8)")[..4];
        assert_eq!(refused.data(), [selector, &ethers_core::abi::encode(&tokens)].concat());
    }
}
