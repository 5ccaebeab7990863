//! What a provider of compute jobs decides. A program (`agent worker`) and a tab of the page are the same provider by this: they
//! differ in where files lie, how links are carried and who signs. Nothing here asks anybody, waits or knows the time.
//!
//! | module | what it decides |
//! |---|---|
//! | [`Lent`], [`rest`] | how much of a machine is lent, how many jobs run at once, when one of them rests |
//! | [`benchmark`] | what is run to know how fast a machine is |
//! | [`offering`] | what is offered on chain, what a quote says |
//! | [`choosing`] | about which jobs something may be to do, and whether there is room for one more |
//! | [`Gathered`], [`Ready`], [`Refused`] | from what a job names to what is run, every rule checked before a quote |
//! | [`Declining`] | what a client is told whose job is never run here |
//! | [`Record`], [`End`] | what is remembered of a job, so that it goes on after the provider was ended |
//! | [`Going`], [`Came`] | a job that runs, step by step, as far as it is paid |
//! | [`paid`] | how far a job runs before more is promised |
//! | [`sealed`] | a result as only its client reads it, and how the job ended |
//! | [`due`], [`Act`] | what is sent to the contract now |
//! | [`task`] | what the page asks of the worker that runs a job beside it, and what it is told |

pub mod benchmark;
pub mod choosing;
mod due;
mod gathered;
mod going;
mod lent;
pub mod offering;
pub mod paid;
mod record;
pub mod sealed;
pub mod task;

#[cfg(test)]
mod tests;

pub use due::{Act, Look, What, cannot_judge, due};
pub use gathered::{
    Begun, Declining, Files, Gathered, Ready, Refused, Ungathered, check_inputs, deal, largest_checkpoint, manifest,
    relays,
};
pub use going::{Came, Going};
pub use lent::{BadLent, Lent, rest};
pub use record::{End, Record};
