//! Compute jobs: who may do what, until when, and who is paid. Inputs, checkpoints, logs and results pass outside of the
//! chain, by CID. A *unit* is 10^6 metered instructions.
//!
//! | module | what it does |
//! |---|---|
//! | [`Offer`], [`Terms`], [`Files`], [`Quote`] | what a provider offers, a client posts, a provider signs |
//! | [`Provider`], [`Job`], [`Dispute`], [`Event`], [`ProviderEvent`] | what is stored; folded from events |
//! | [`Book`] | all providers and jobs together, and every call of the contract by the rules |
//! | [`api`] | what travels between page and server; which rows lists find; figures of all providers and jobs |
//! | [`market`] | before any money: what is wanted, what is offered, which fit, what it will cost |
//! | [`Step`] | what an account can do now, and until when |
//! | [`kind`] | workloads by their numbers |
//! | [`typed_data`] | what providers and clients sign, and to what submissions and jurors commit |
//! | [`calls`], [`returns`], [`logs`] | the contract's data, encoded and read |
//! | [`REFUSALS`] | sentences for reverts |
//! | `deploy` | creation bytecode (feature `deploy`, not for the page) |

pub mod api;
mod book;
mod chain;
pub mod event;
mod job;
pub mod market;
mod provider;
mod steps;
mod terms;
pub mod typed_data;

#[cfg(test)]
mod tests;

pub use book::{Book, Call, Move, Said};
#[cfg(feature = "deploy")]
pub use chain::deploy;
pub use chain::{REFUSALS, calls, logs, returns};
pub use event::{Event, LoggedEvent, ProviderEvent};
pub use job::{Dispute, Duty, Job, Juror, Run, State, Verdict};
pub use provider::{Change, Held, Provider};
pub use steps::Step;
pub use terms::{Broken, Files, Offer, Quote, Terms};

use protocol::Amount;

/// Name of the family, in subjects.
pub const FAMILY: &str = "jobs";
/// Name of the contract, in a deployment.
pub const JOBS: &str = "Jobs";

/// Least deposit of a provider; so much of it is one part of its weight in draws.
pub const MIN_DEPOSIT: Amount = Amount::ONE;
/// Most weight of one provider.
pub const MAX_WEIGHT: u8 = 8;
/// A juror locks so many fees, and a bond is so many for each juror of its round.
pub const FEES_AT_STAKE: u128 = 4;
/// Seconds from lock to start.
pub const START_WINDOW: u64 = 600;
/// Seconds after the deadline in which vouchers can be shown.
pub const VOUCHER_WINDOW: u64 = 3_600;
/// Shortest time in which a submission can be challenged, seconds.
pub const MIN_WINDOW: u32 = 600;
/// Longest time in which a submission can be challenged, seconds.
pub const MAX_WINDOW: u32 = 30 * 86_400;
/// Longest time that a job may run, seconds.
pub const MAX_RUN: u32 = 7 * 86_400;
/// Seconds after a job's end in which its client can still ask the provider what came of it. Not a rule of the contract.
pub const AFTERWARDS: u64 = 600;
/// Longest time from post to deadline, seconds.
pub const MAX_WAIT: u64 = 90 * 86_400;
/// Most jurors of a first round; a second one has three times as many.
pub const MAX_JURORS: u8 = 5;
/// Seconds in which a round's jurors can be drawn.
pub const DRAW_WINDOW: u64 = 3_600;
/// Seconds in which jurors commit, beside the time that the job may run.
pub const COMMIT_WINDOW: u64 = 3_600;
/// Seconds in which jurors reveal and the result is shown.
pub const REVEAL_WINDOW: u64 = 3_600;
/// Seconds in which a second round can be asked for.
pub const ESCALATE_WINDOW: u64 = 12 * 3_600;
/// Slots that are looked at for each juror of a round.
pub const TRIES: u64 = 32;

/// Kinds of workloads, by their numbers in terms and offers.
pub mod kind {
    /// A WASM module.
    pub const MODULE: u8 = 0;
    /// A recipe of training, which is a pinned module.
    pub const RECIPE: u8 = 1;
    /// A model and a table.
    pub const BATCH: u8 = 2;
    /// A recipe on WebGPU.
    pub const GPU_RECIPE: u8 = 3;
    /// A container.
    pub const CONTAINER: u8 = 4;

    /// Whether running it again gives the same bits, so that jurors can judge it. A dispute about another kind ends
    /// undecided.
    pub fn can_be_judged(kind: u8) -> bool {
        kind <= BATCH
    }
}
