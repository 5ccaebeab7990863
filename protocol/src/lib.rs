//! The rules that chain, page and server share.
//!
//! Everything here is a pure function of its arguments: no I/O, no clock, no async. What decides money or trust
//! is written once in this crate and once in Solidity (`contracts/`), and tests hold the two against each other.
//!
//! | module | what it says |
//! |---|---|
//! | [`address`], [`amount`], [`digest`] | values that travel everywhere |
//! | [`cid`] | content identifiers, single block and UnixFS |
//! | [`labels`] | class indices packed into bits |
//! | [`commitment`] | ground-truth and prediction files, superhashes, salts and seeds |
//! | [`scoring`] | how a score is counted |
//! | [`bounty`] | terms, phases, and the state of a bounty folded from its events |
//! | [`metadata`] | what is published about a data set |
//! | [`dataset`] | checking and splitting a CSV, streaming |
//! | [`predictions`] | reading a trainer's prediction file |
//! | [`shared_model`] | models on chain that everybody can teach: samples, terms, state, encoders |
//! | [`trained`] | models as files: attested reproductions, and those published outside of bounties |
//! | [`merkle`] | the tree behind the accuracy log |
//! | [`typed_data`] | what a wallet is asked to sign |
//! | [`siwe`] | the sign-in message (EIP-4361) |
//! | [`api`] | what travels between page and server |

pub mod address;
pub mod amount;
pub mod api;
pub mod bounty;
pub mod cid;
pub mod commitment;
pub mod dataset;
pub mod digest;
pub mod labels;
pub mod merkle;
pub mod metadata;
pub mod predictions;
pub mod scoring;
pub mod shared_model;
pub mod siwe;
pub mod trained;
pub mod typed_data;

pub use address::Address;
pub use amount::Amount;
pub use digest::Digest;
