//! What can be typed.

pub mod chain;
pub mod files;
pub mod hire;
pub mod worker;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use chain::{CoinsOptions, DataOptions, GrantOptions, On, OrgOptions, TaskOptions};
use hire::JobOptions;
use protocol::Amount;
use worker::WorkerOptions;

#[derive(Parser)]
#[command(
    name = "agent",
    version,
    about = "Learning together, lending a machine and having jobs run, from a terminal.",
    after_help = "Exit codes: 0 done; 1 it failed; 2 something typed or a file cannot be read; 3 there is no model, and the answer says why; 4 a rule of the task, of the table, of the party or of the contract refuses."
)]
pub struct Cli {
    /// Print one JSON object a line.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Keys of a seat.
    #[command(subcommand)]
    Key(KeyCommand),
    /// What an account has.
    Coins(CoinsOptions),
    /// This account as an organisation of the directory.
    Org(OrgOptions),
    /// Data sets of the directory; their rows stay with their owners.
    Data(DataOptions),
    /// Permissions to use data sets.
    Grant(GrantOptions),
    /// Tasks on chain.
    Task(TaskOptions),
    /// Looks at every rule of a task and a table, and sends nothing.
    Check(Check),
    /// Plays one seat of one task.
    Run(Run),
    /// Takes and plays the seats of an account that its rules allow, several tasks at once: of a chain, or of a folder.
    Party(Party),
    /// Deals where this helper is drawn, several tasks at once: of a chain, or of a folder.
    Helper(Serve),
    /// Has a compute job run on somebody else's machine, paid by what it metered.
    Job(JobOptions),
    /// Lends a share of this machine: runs compute jobs of others, paid by what they metered.
    Worker(WorkerOptions),
    /// Passes what seats send each other, without asking who they are: for one's own machine or network.
    Relay {
        /// Where to listen.
        #[arg(long, default_value = "127.0.0.1:9400")]
        listen: String,
    },
}

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Draws keys, keeps them in a new file and prints what others may know.
    New { file: PathBuf },
    /// Prints what others may know of the keys in a file.
    Show { file: PathBuf },
    /// Draws the key of an account on chain, keeps it in a new file and prints the address.
    Account { file: PathBuf },
}

#[derive(Args)]
pub struct Check {
    /// The file of the task (what `spec` names), or a task of `agent run`.
    pub task: PathBuf,
    /// The seat: 0 or 1.
    #[arg(long)]
    pub seat: u8,
    /// The owner's CSV.
    #[arg(long)]
    pub data: PathBuf,
}

#[derive(Args)]
pub struct Run {
    /// The task.
    pub task: PathBuf,
    /// The file of `agent key new`; the task says which seat has these keys.
    #[arg(long)]
    pub keys: PathBuf,
    /// The owner's CSV.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// The owner's model.json of the training, for a prediction.
    #[arg(long)]
    pub model: Option<PathBuf>,
    /// The account of a helper in a task of a chain: it signs what is dealt.
    #[arg(long)]
    pub account: Option<PathBuf>,
    /// A folder for what comes of it.
    #[arg(long)]
    pub out: PathBuf,
    /// Fewer common rows are refused before anybody is told which they are.
    #[arg(long, default_value_t = 1)]
    pub least_rows: u32,
    /// Seconds after which the run is given up.
    #[arg(long, default_value_t = 3_600)]
    pub limit: u64,
}

/// The chain that is watched. Without a deployment the folder's own tasks are played.
#[derive(Args)]
pub struct Watching {
    /// deployment.json of the network: chain, nodes, contracts. A server has it at /api/deployment.
    #[arg(long, env = "MODELMARKET_DEPLOYMENT")]
    pub deployment: Option<PathBuf>,
    /// The file of `agent key account`.
    #[arg(long, env = "MODELMARKET_ACCOUNT", requires = "deployment")]
    pub account: Option<PathBuf>,
    /// A server that has the files of tasks, and the relay of those that name none. May be named several times.
    #[arg(long = "server", env = "MODELMARKET_SERVER", value_delimiter = ',')]
    pub servers: Vec<String>,
}

impl Watching {
    pub fn on(&self) -> On {
        On { deployment: self.deployment.clone(), account: self.account.clone() }
    }
}

#[derive(Args)]
pub struct Party {
    /// A folder with rules.json, keys.json and the CSVs that the rules name; without a chain with tasks/.
    pub folder: PathBuf,
    #[command(flatten)]
    pub watching: Watching,
    /// Ends once every task that is there has ended, instead of waiting for more.
    #[arg(long)]
    pub once: bool,
    /// Seconds after which one run is given up.
    #[arg(long, default_value_t = 3_600)]
    pub limit: u64,
}

#[derive(Args)]
pub struct Serve {
    /// A folder with keys.json; without a chain with tasks/.
    pub folder: PathBuf,
    #[command(flatten)]
    pub watching: Watching,
    /// Tasks that pay less for a megabyte are declined. On a chain.
    #[arg(long)]
    pub least_per_megabyte: Option<Amount>,
    /// Ends once every task that is there has ended, instead of waiting for more.
    #[arg(long)]
    pub once: bool,
    /// Seconds after which one run is given up.
    #[arg(long, default_value_t = 3_600)]
    pub limit: u64,
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::CommandFactory as _;

    use super::*;

    fn parsed(line: &str) -> Command {
        Cli::try_parse_from(line.split(' ')).unwrap_or_else(|error| panic!("{line}: {error}")).command
    }

    #[test]
    fn all_that_can_be_typed_fits_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_stand_before_a_verb_or_behind_it() {
        for line in ["agent data --deployment d.json show 1", "agent data show 1 --deployment d.json"] {
            let Command::Data(options) = parsed(line) else { panic!("{line}") };
            assert_eq!(options.on.deployment.as_deref(), Some(Path::new("d.json")), "{line}");
        }
        let order = "train --table t.csv --price 0.1 --out m.onnx";
        let network = "--server http://a,http://b --account a.json --deployment d.json";
        for line in [format!("agent job mine {network} {order}"), format!("agent job mine {order} {network}")] {
            let Command::Job(options) = parsed(&line) else { panic!("{line}") };
            assert_eq!(options.servers, ["http://a", "http://b"], "{line}");
            assert_eq!(options.on.account.as_deref(), Some(Path::new("a.json")), "{line}");
        }
    }

    #[test]
    fn what_no_recipe_can_have_is_refused_before_anything_is_posted() {
        for bad in ["--test 51", "--rounds 0", "--rounds 1000001"] {
            let line = format!("agent job mine train --table t.csv --price 0.1 --out m.onnx {bad}");
            assert!(Cli::try_parse_from(line.split(' ')).is_err(), "{bad}");
        }
        assert!(matches!(
            parsed("agent job mine train --table t.csv --price 0.1 --out m.onnx --test 50"),
            Command::Job(_)
        ));
    }
}
