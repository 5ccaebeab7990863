//! What the contracts of all families share.
//!
//! Each family in `families/` has its Solidity and what the compiler made of it (`compile.js`, run by
//! `cargo xtask contracts`; a test proves that the artifacts are fresh), and turns calls into call data and answers, logs
//! and reverts back into its own types, with what is here. Nothing here sends anything: who talks to a chain does so in
//! one module of their own and passes bytes. `solidity/lib` is what contracts of several families use.
//!
//! | module | what it does |
//! |---|---|
//! | [`abi`] | encoding and decoding by the types that `sol!` makes of a committed ABI |
//! | [`escrow`] | what every contract that holds tokens says and answers |
//! | [`words`] | the arguments of errors, for their sentences |
//! | [`returns`] | reads what a view returned, for results that are one value |
//! | [`refusal`] | says in a sentence why a call was reverted, and what to do next |
//! | [`refused`] | the error with which a contract would refuse a call, by the rules in Rust |
//! | [`time`] | moments in words, for such sentences |
//! | `deploy` | creation bytecode out of an artifact (feature `deploy`, not for the page) |
//! | `testkit` | what tests of families' bindings use (feature `testkit`) |
//!
//! What is decoded may come from anybody: nothing here panics, whatever the bytes are.

pub mod abi;
#[cfg(feature = "deploy")]
pub mod deploy;
pub mod escrow;
pub mod refusal;
pub mod refused;
pub mod returns;
#[cfg(feature = "testkit")]
pub mod testkit;
pub mod time;
pub mod words;

pub use abi::DecodeError;
pub use refused::Refused;
