//! Learning together from a terminal. `agent --help` says what there is; README.md begins with a data owner.
//!
//! | module | what it does |
//! |---|---|
//! | `cli` | what can be typed |
//! | `local` | the file of a task without a chain |
//! | `keys` | the keys of a seat, in a file |
//! | `play` | seats of tasks: one, all of a folder, a helper's; a relay |
//! | `chain` | coins, organisations, data sets, grants and tasks on chain |
//! | `watch` | programs that watch the chain and play the seats of one account by themselves |
//! | `work` | lending this machine: compute jobs of others |
//! | `hire` | having a compute job run on somebody else's machine |
//! | `files` | reading and writing, with sentences |
//! | `told` | what is printed, for people or as JSON |
//! | `failure` | sentences and exit codes |

mod chain;
mod cli;
mod failure;
mod files;
mod hire;
mod keys;
mod local;
mod play;
mod told;
mod watch;
mod work;

use std::process::ExitCode;

use clap::Parser as _;

use cli::{Cli, Command, KeyCommand};
use failure::Failure;
use play::{helper, party, relay, seat};
use told::Printer;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let printer = Printer { json: cli.json };
    // The seats of one program take turns on one thread; others run beside them in programs of their own.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => tokio::task::LocalSet::new().block_on(&runtime, run(cli.command, printer)),
        Err(error) => Err(Failure::Failed(format!("This program cannot start ({error}). Close other programs first."))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            printer.failure(&failure);
            failure.code()
        }
    }
}

async fn run(command: Command, printer: Printer) -> Result<(), Failure> {
    match command {
        Command::Key(KeyCommand::New { file }) => {
            let keys = keys::Keys::draw()?;
            keys.write(&file)?;
            printer.say(&keys.public()?);
            Ok(())
        }
        Command::Key(KeyCommand::Show { file }) => {
            printer.say(&keys::Keys::read(&file)?.public()?);
            Ok(())
        }
        Command::Key(KeyCommand::Account { file }) => {
            printer.say(&serde_json::json!({"address": chain::Account::draw(&file)?.address()}));
            Ok(())
        }
        Command::Coins(options) => chain::coins(&options, printer).await,
        Command::Org(options) => chain::org(&options, printer).await,
        Command::Data(options) => chain::data(&options, printer).await,
        Command::Grant(options) => chain::grant(&options, printer).await,
        Command::Task(options) => match &options.command {
            cli::chain::TaskCommand::Deliver { id, seat, folder } => {
                watch::deliver(&options.on, folder, *id, *seat, printer).await
            }
            cli::chain::TaskCommand::Demand { id, seat, folder } => {
                watch::demand(&options.on, folder, *id, *seat, printer).await
            }
            _ => chain::task(options, printer).await,
        },
        Command::Check(check) => seat::check(&check, printer),
        Command::Run(options) => seat::run(&options, printer).await,
        Command::Party(options) => match options.watching.deployment {
            Some(_) => watch::party(&options, &options.watching, printer).await,
            None => party::run(&options, printer).await,
        },
        Command::Helper(options) => match options.watching.deployment {
            Some(_) => watch::helper(&options, &options.watching, printer).await,
            None => helper::run(&options, printer).await,
        },
        Command::Worker(options) => work::worker(&options, printer).await,
        Command::Job(options) => hire::job(&options, printer).await,
        Command::Relay { listen } => relay::run(&listen, printer).await,
    }
}
