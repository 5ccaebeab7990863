//! One seat of a task that several learn together, from the handshake to what is signed.
//!
//! Two data owners have columns of the same subjects and compute on shares; a helper deals random numbers; a receiver,
//! who may be one of the owners, gets the results. Each runs one of [`own`], [`help`], [`receive`] on its own machine.
//!
//! ```text
//! links → all are there → rows in common → what to compute follows, and is the same everywhere → compute on shares
//!       → sealed results → heads of the links → all sign → the chain has it → keys of the sealed results
//! ```
//!
//! Where a seat begins anew, all go back to the last step that they have in common ([`program`], `progress`): rows in
//! common, equations solved, or signed. That is a *round*, and an epoch of its own: seeds and masks are drawn anew.
//!
//! Nothing here reads files, keeps time or draws random bytes: the caller hands in a [`link::Links`] on any transport and
//! a source of bytes.
//!
//! | module | what it does |
//! |---|---|
//! | [`spec`] | what a task says, in one file whose hash is on chain |
//! | [`data`] | an owner's table; all rules that it must keep, in one report, before anything is signed |
//! | [`mail`] | messages of several kinds over the links of a seat |
//! | [`program`] | what a seat does |
//! | [`outside`] | the chain, and a place for what a run can go on from |
//! | [`results`] | what comes out: sealed files, what is signed, the model that stays shared |
//! | [`stage`] | how far a run is |
//! | [`error`] | why it ended, and what to do |

pub mod data;
pub mod error;
pub mod mail;
pub mod outside;
pub mod program;
pub mod results;
pub mod spec;
pub mod stage;

pub use data::{Finding, Report, Table, preflight};
pub use error::RunError;
pub use mail::{Mail, PIECE};
pub use outside::{Alone, Failure, Outside, Said, Signing};
pub use program::{Attempt, Brings, Dealt, Ended, Finished, HANDOVER, Keys, Late, Seated, Taken, help, own, receive};
pub use results::{Kept, Outcome, SessionKey, Told, signer};
pub use spec::{Spec, SpecError};
pub use stage::Stage;
