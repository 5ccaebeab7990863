//! Tasks of private learning: who may do what, until when, and who is paid. No data, shares or results pass through here.
//!
//! | module | what it does |
//! |---|---|
//! | [`Draft`], [`Outcome`], [`Failure`] | what is published of a task, and what comes out of it |
//! | [`Task`], [`Event`] | what is stored; folded from events; what is due to whom |
//! | [`Book`] | all tasks together, and every call of the contract by the rules |
//! | [`Step`] | what an account can do now, and until when |
//! | [`own`] | what one account has a part in, without what others do among themselves |
//! | [`api`] | what travels between page and server |
//! | [`typed_data`] | what session keys of seats sign |
//! | [`calls`], [`returns`], [`logs`] | the contract's data, encoded and read |
//! | [`REFUSALS`] | sentences for reverts |
//! | `deploy` | creation bytecode (feature `deploy`, not for the page) |

pub mod api;
mod book;
mod chain;
mod draft;
pub mod event;
pub mod own;
mod steps;
mod task;
pub mod typed_data;

#[cfg(test)]
mod tests;

pub use book::{Book, Call, DrawBlock, Move, Said, SignedKeys};
#[cfg(feature = "deploy")]
pub use chain::deploy;
pub use chain::{REFUSALS, calls, logs, returns};
pub use draft::{Candidate, Draft, Failure, Kind, Outcome, Reason, Roles, SeatTerms};
pub use event::{Event, LoggedEvent, fails_again, why_ended};
pub use steps::Step;
pub use task::{Helper, Seat, SeatState, State, Task};

use protocol::Amount;

/// Name of the family, in subjects.
pub const FAMILY: &str = "tasks";
/// Name of the contract, in a deployment.
pub const TASKS: &str = "Tasks";

/// Most tasks in one call.
pub const MAX_PIPELINE: usize = 4;
/// Fewest seats of a task.
pub const MIN_SEATS: usize = 2;
/// Most seats of a task.
pub const MAX_SEATS: usize = 8;
/// Most candidates for helper.
pub const MAX_CANDIDATES: usize = 16;
/// Longest time to confirm, and to start after it, seconds each.
pub const MAX_WAIT: u64 = 30 * 86_400;
/// Shortest limit of a run, seconds.
pub const MIN_RUN: u32 = 60;
/// Longest limit of a run, seconds.
pub const MAX_RUN: u32 = 7 * 86_400;
/// Most runs of a task.
pub const MAX_ATTEMPTS: u16 = 255;
/// Seconds from start to begin.
pub const BEGIN_WINDOW: u64 = 600;
/// Seconds to respond to a stall.
pub const STALL_WINDOW: u64 = 600;
/// Seconds after the end in which keys can be demanded; until then bonds and fees stay.
pub const DEMAND_PERIOD: u64 = 86_400;
/// Seconds to post a key that is demanded.
pub const DELIVERY_WINDOW: u64 = 86_400;
/// The part of a task that is the requester's.
pub const REQUESTER_PART: u8 = 255;
