//! `cargo xtask …`: everything that is run from a terminal.
//!
//! | command | file |
//! |---|---|
//! | `start` | `start.rs` |
//! | `test` | `test.rs` |
//! | `bench NAME` | `bench.rs` |
//! | `page` | `page.rs`, `split.rs` |
//! | `contracts` | `contracts.rs` |
//! | `simulate` | `simulate.rs` |

mod bench;
mod contracts;
mod disk;
mod fresh;
mod machine;
mod optimise;
mod page;
mod run;
mod simulate;
mod split;
mod start;
mod test;
mod tools;

use anyhow::Result;
use clap::{Parser, Subcommand};

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
    /// Runs all checks.
    Test {
        /// Ten million random calls against the contracts instead of two hundred thousand.
        #[arg(long)]
        long: bool,
        /// Only these parts (see the list it prints).
        parts: Vec<String>,
    },
    /// Measures something against a peer and writes target/bench/NAME.json.
    Bench {
        #[arg(value_enum)]
        name: bench::Name,
    },
    /// Builds the page to dist/.
    Page,
    /// Compiles the contracts and writes their artifacts.
    Contracts,
    /// Plays shared models with good and bad agents: the gallery of attacks, or one configuration.
    Simulate(simulate::Options),
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Start { port, fresh } => start::run(port, fresh),
        Command::Test { long, parts } => test::run(long, &parts),
        Command::Bench { name } => bench::run(name),
        Command::Page => {
            tools::for_page()?;
            page::build()
        }
        Command::Simulate(options) => simulate::run(&options),
        Command::Contracts => {
            tools::npm()?;
            contracts::compile()
        }
    }
}
