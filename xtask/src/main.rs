//! `cargo xtask …`: everything that is run from a terminal. It knows no crate of the project, so that an edit in one does
//! not build it again.
//!
//! | command | file |
//! |---|---|
//! | `start`, `dev`, `test`, `bench NAME`, `contracts`, `recipe`, `family-cost` | `commands/` |
//! | `page` | `page.rs`, and the program `bundle` |
//! | `simulate` | the program `simulate` (simulation/cli) |

mod commands;
mod disk;
mod machine;
mod page;
mod run;
mod table;
mod tools;
mod workspace;

use std::time::Instant;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{
    commands::{bench, contracts, dev, family_cost, recipe, start, test},
    run::step,
    workspace::Workspace,
};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, runs, tests and measures ModelMarket.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Installs what is missing, builds, and runs chain, server and page with sample data. Ctrl-C stops all of it.
    Start {
        /// Port of page and API on loopback.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Throws away the chain and all data of earlier runs first.
        #[arg(long)]
        fresh: bool,
    },
    /// What `start` does; and a change of the page's sources is built and in the browser some seconds later.
    Dev {
        /// Port of page and API on loopback.
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Throws away the chain and all data of earlier runs first.
        #[arg(long)]
        fresh: bool,
    },
    /// Runs all checks.
    Test {
        /// Ten million random calls against the contracts instead of two hundred thousand; Trunk is installed and tried.
        #[arg(long)]
        long: bool,
        /// Only these parts (see the list it prints).
        parts: Vec<String>,
    },
    /// Measures something against a peer and writes target/bench/NAME.json.
    Bench {
        #[arg(value_enum)]
        name: bench::Name,
        /// Of `time` only these parts: start, edit, ci.
        parts: Vec<String>,
    },
    /// Builds the page to dist/, as it is shipped.
    Page,
    /// Compiles the contracts and writes their artifacts.
    Contracts,
    /// Builds the module of training recipes and writes it with its identifiers.
    Recipe,
    /// Counts what a family of contracts costs: its lines, and the files outside its folders that name it.
    FamilyCost {
        /// A folder of families/; the sample in e2e/ by default.
        family: Option<String>,
    },
    /// Plays shared models with good and bad agents: the gallery of attacks, or one configuration.
    #[command(disable_help_flag = true)]
    Simulate {
        /// Its own options; --help says which.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
}

fn main() -> Result<()> {
    let since = Instant::now();
    match Arguments::parse().command {
        Command::Start { port, fresh } => start::run(port, fresh, since).inspect_err(|_| table::print(since.elapsed())),
        Command::Dev { port, fresh } => dev::run(port, fresh, since).inspect_err(|_| table::print(since.elapsed())),
        Command::Test { long, parts } => {
            let done = test::run(long, &parts);
            table::print(since.elapsed());
            done
        }
        Command::Bench { name, parts } => bench::run(name, &parts),
        Command::Page => {
            page::build(&Workspace::read()?, page::For::Shipping)?;
            table::print(since.elapsed());
            Ok(())
        }
        Command::Simulate { options } => simulate(&options),
        Command::FamilyCost { family } => family_cost::run(family.as_deref()),
        Command::Recipe => recipe::build(),
        Command::Contracts => {
            tools::npm()?;
            contracts::compile()
        }
    }
}

fn simulate(options: &[String]) -> Result<()> {
    step("building the simulator", || page::native(&Workspace::read()?, &["simulate"]))?;
    // In the folder where it was asked for: paths are meant from there.
    let program = run::root().join("target/debug/simulate");
    run::succeed(std::process::Command::new(program).args(options))
}
