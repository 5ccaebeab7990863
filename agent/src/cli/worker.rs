//! What can be typed about lending this machine.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use protocol::Amount;

use super::chain::On;

#[derive(Args)]
pub struct WorkerOptions {
    /// A folder of this worker: its keys, its share, jobs that run.
    pub folder: PathBuf,
    #[command(flatten)]
    pub on: On,
    /// A server that has the files of jobs and passes what their two sides say. May be named several times.
    #[arg(long = "server", env = "MODELMARKET_SERVER", value_delimiter = ',', global = true)]
    pub servers: Vec<String>,
    /// A folder of files by their CIDs, which is looked at before the servers, and gets what comes of jobs.
    #[arg(long, global = true)]
    pub files: Option<PathBuf>,
    #[command(subcommand)]
    pub command: WorkerCommand,
}

#[derive(Subcommand)]
pub enum WorkerCommand {
    /// Measures this machine and offers a share of it on chain; again to change the offer.
    Onboard(Onboard),
    /// Takes no new jobs; those that run go on.
    Pause,
    /// Takes jobs again.
    Resume,
    /// Leaves, with the deposit: once all jobs are done that run, or at once.
    Offboard {
        /// Gives up jobs that run. They are paid by their last vouchers.
        #[arg(long)]
        now: bool,
    },
    /// Takes and runs jobs, until it is ended.
    Run {
        /// Ends once there is no job that this worker has to do anything about.
        #[arg(long)]
        once: bool,
        /// Seconds for which a quote can be locked.
        #[arg(long, default_value_t = 300)]
        quoted: u64,
    },
    /// All jobs of this account as a provider.
    Jobs,
    /// What was earned, can be claimed and is locked.
    Earnings,
    /// Claims what jobs have earned.
    Claim,
    /// Asks for a second round of jurors about a job whose result was found wrong, under a bond: lost if they find the same.
    Escalate {
        /// Its number.
        job: u64,
    },
}

#[derive(Args)]
pub struct Onboard {
    /// Share of the processor that is lent, in per cent: 10 to 90.
    #[arg(long, default_value_t = 50)]
    pub cpu: u8,
    /// Share of the free memory that is lent, in per cent: 10 to 90.
    #[arg(long, default_value_t = 50)]
    pub memory: u8,
    /// What a unit costs, 10^6 metered instructions, in MDC.
    #[arg(long)]
    pub price: Amount,
    /// What is added to the deposit, in MDC.
    #[arg(long, default_value = "1")]
    pub deposit: Amount,
}
