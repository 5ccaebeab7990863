//! What can be typed about having a job run on somebody else's machine.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use ml_task::Algorithm;
use protocol::{Address, Amount, cid::Cid};

use super::chain::On;

#[derive(Args)]
pub struct JobOptions {
    /// A folder of this client: its keys, and the files of its jobs.
    pub folder: PathBuf,
    #[command(flatten)]
    pub on: On,
    /// A server that has the files of jobs and passes what their two sides say. May be named several times.
    #[arg(long = "server", env = "MODELMARKET_SERVER", value_delimiter = ',', global = true)]
    pub servers: Vec<String>,
    /// A folder of files that providers look into as well, so that no server needs to have them.
    #[arg(long, global = true)]
    pub files: Option<PathBuf>,
    #[command(subcommand)]
    pub command: JobCommand,
}

#[derive(Subcommand)]
pub enum JobCommand {
    #[command(flatten)]
    Order(Box<Order>),
    /// Goes on with a job that was ordered from this folder and whose program was ended before it had: where it stands, and to where
    /// its result was to go. Nothing is paid twice.
    Resume {
        /// Its number, where there is more than one.
        job: Option<u64>,
        /// Another place for the result.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Ends jobs of this account whose time is over, and claims what comes back of those that have ended: for jobs whose program
    /// was ended before they had.
    Claim,
}

/// What is run.
#[derive(Subcommand)]
pub enum Order {
    /// Has a model trained on a table.
    Train {
        /// A CSV with a header.
        #[arg(long)]
        table: PathBuf,
        #[arg(long, value_enum, default_value_t = Method::Trees)]
        algorithm: Method,
        /// The column to predict; the one that is suggested unless it is named.
        #[arg(long)]
        target: Option<String>,
        /// Epochs, or trees a class.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        rounds: Option<u32>,
        /// Rows of a hundred that nothing is learned from, 0 to 50.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u8).range(0..=50))]
        test: u8,
        #[arg(long, default_value_t = 0)]
        seed: u64,
        #[command(flatten)]
        limits: Limits,
    },
    /// Has a module run.
    Run {
        /// A .wasm file.
        #[arg(long)]
        module: PathBuf,
        /// A file that the module reads, the first one as input 0. May be named several times.
        #[arg(long = "input")]
        inputs: Vec<PathBuf>,
        #[command(flatten)]
        limits: Limits,
    },
}

/// How a model is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    Trees,
    Mlp,
    Logistic,
}

impl From<Method> for Algorithm {
    fn from(method: Method) -> Self {
        match method {
            Method::Trees => Self::Trees,
            Method::Mlp => Self::Mlp,
            Method::Logistic => Self::Logistic,
        }
    }
}

/// What a job may use, what it may cost, and where its result goes.
#[derive(Args)]
pub struct Limits {
    /// Units at most, of 10^6 metered instructions.
    #[arg(long, default_value_t = 10_000)]
    pub units: u64,
    /// Units between two checkpoints.
    #[arg(long, default_value_t = 500)]
    pub every: u64,
    /// The highest price of a unit, in MDC.
    #[arg(long)]
    pub price: Amount,
    /// MiB of memory.
    #[arg(long, default_value_t = 512)]
    pub memory: u16,
    /// Minutes that it may run.
    #[arg(long, default_value_t = 60)]
    pub minutes: u64,
    /// Hours until its result must be there.
    #[arg(long, default_value_t = 24)]
    pub hours: u64,
    /// The only provider that may run it.
    #[arg(long)]
    pub provider: Option<Address>,
    /// Goes on from this checkpoint of another job.
    #[arg(long)]
    pub from: Option<Cid>,
    /// Parts of the job, per cent, that are run again here to see whether the provider tells the truth. A result that is wrong is
    /// challenged.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub audits: u8,
    /// Stops the job once pay for so many units is promised.
    #[arg(long)]
    pub stop_after: Option<u64>,
    /// Where the result goes: of a training the model, as ONNX.
    #[arg(long)]
    pub out: PathBuf,
}
