//! What chain, page and server share, whatever it is about; the rules of each family of contracts are in `families/`.
//!
//! Everything here is a pure function of its arguments: no I/O, no clock, no async.
//!
//! | module | what it says |
//! |---|---|
//! | [`address`], [`amount`], [`digest`] | values that travel everywhere |
//! | [`as_text`] | how those of them that are texts travel |
//! | [`cid`] | content identifiers, single block and UnixFS |
//! | [`labels`] | class indices packed into bits |
//! | [`commitment`] | ground-truth and prediction files, superhashes, salts and seeds |
//! | [`logged`] | a log as a chain gives it, and the event that a family reads from it, with its place |
//! | [`merkle`] | the tree behind the accuracy log |
//! | [`number_form`] | how a language writes numbers |
//! | [`Numbered`] | things that a contract numbers, of which some may be unknown |
//! | [`order`], [`search`] | which rows of a list are found, and how they are sorted |
//! | [`relay`] | how a relay and its clients talk |
//! | [`subject`] | what events are about, whichever family of contracts they come from |
//! | [`typed_data`] | what a wallet is asked to sign |
//! | [`siwe`] | the sign-in message (EIP-4361) |
//! | [`site`] | what the site says of itself |
//! | [`api`] | what travels between page and server |

pub mod address;
pub mod amount;
pub mod api;
pub mod as_text;
pub mod cid;
pub mod commitment;
mod deployment;
pub mod digest;
pub mod labels;
pub mod logged;
pub mod merkle;
pub mod number_form;
mod numbered;
pub mod order;
pub mod relay;
pub mod search;
pub mod site;
pub mod siwe;
pub mod subject;
pub mod typed_data;

pub use address::Address;
pub use amount::Amount;
pub use digest::{Digest, keccak};
pub use logged::{FamilyEvent, Logged, RawLog};
pub use numbered::Numbered;
