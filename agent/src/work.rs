//! Lending this machine: a provider of compute jobs. What it decides is in `compute_provider`; here are files, threads, links and
//! the chain.
//!
//! | module | what it does |
//! |---|---|
//! | [`share`] | what this machine has, and that a job takes no more than its share |
//! | [`benchmark`] | how fast this machine is |
//! | [`settings`] | what is kept of the offer |
//! | [`shelf`] | files by their CIDs |
//! | [`view`] | all that the contract has said |
//! | [`offers`] | joining, pausing, leaving |
//! | [`earnings`] | jobs, what they earned, claiming it |
//! | [`prepared`] | from what a job names to what is run |
//! | [`kept`] | a job on disk, so that it goes on after the program was killed |
//! | [`runner`] | one job in a thread of its own |
//! | [`talk`] | one job's link to its client |
//! | [`worker`] | takes, runs and ends jobs, several at once |

pub mod benchmark;
mod earnings;
mod kept;
mod offers;
pub mod prepared;
pub mod runner;
pub mod settings;
mod share;
pub mod shelf;
pub mod talk;
pub mod view;
mod worker;

use crate::{
    cli::worker::{WorkerCommand, WorkerOptions},
    failure::Failure,
    told::Printer,
};

/// `agent worker`
pub async fn worker(options: &WorkerOptions, printer: Printer) -> Result<(), Failure> {
    match &options.command {
        WorkerCommand::Onboard(onboard) => offers::onboard(options, onboard, printer).await,
        WorkerCommand::Pause => offers::pause(options, printer).await,
        WorkerCommand::Resume => offers::resume(options, printer).await,
        WorkerCommand::Offboard { now } => offers::offboard(options, *now, printer).await,
        WorkerCommand::Run { once, quoted } => worker::run(options, *once, *quoted, printer).await,
        WorkerCommand::Jobs => earnings::jobs(options, printer).await,
        WorkerCommand::Earnings => earnings::earnings(options, printer).await,
        WorkerCommand::Claim => earnings::claim(options, printer).await,
        WorkerCommand::Escalate { job } => earnings::escalate(options, *job, printer).await,
    }
}
