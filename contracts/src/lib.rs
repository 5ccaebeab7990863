//! ModelCoin, BountyMarket and shared models in the words of `protocol`.
//!
//! The contracts are in `solidity/`, what the compiler made of them in `artifacts/` (rebuilt by
//! `cargo xtask contracts`; a test proves that they are fresh). This crate turns calls into call data and answers,
//! logs and reverts back into types of `protocol`. It sends nothing: who talks to a chain does so in one module of
//! their own and passes bytes.
//!
//! | module | what it does |
//! |---|---|
//! | [`calls`] | call data of every function |
//! | [`returns`] | reads what a view returned |
//! | [`events`] | reads logs |
//! | [`inputs`] | reads revealed files back from the call data of a transaction |
//! | [`errors`] | says in a sentence why a call was reverted, and what to do next |
//! | `deploy` | creation bytecode (feature `deploy`, not for the page) |
//!
//! The encoding is that of `ethers_core::abi`; no type of it appears in a signature. Decoding is [`words`], since data
//! from a stranger's RPC must not panic the page: ethers' decoder adds offsets unchecked, which overflows in 32 bits.

mod abi;
pub mod calls;
#[cfg(feature = "deploy")]
pub mod deploy;
pub mod errors;
pub mod events;
pub mod inputs;
pub mod returns;
mod words;

pub use words::DecodeError;

#[cfg(test)]
mod artifact_tests;
