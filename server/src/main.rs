//! The server's binary; everything else is in the library.

use std::process::ExitCode;

use clap::Parser;
use server::{
    config::{Cli, Command},
    deployment::Mismatch,
    serve,
    told::in_one_line,
};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("Error: {}", in_one_line(&*error));
            error.downcast_ref::<Mismatch>().map_or(ExitCode::FAILURE, Mismatch::exit_code)
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    // To stderr: stdout says where the server listens, and nothing else.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::until_signalled(cli.config).await?,
        Command::Reindex => {
            println!("rebuilt {}", serve::reindex(&cli.config).await?);
        }
        Command::Digest => println!("{}", serve::digest(&cli.config).await?),
        Command::Replay { model } => {
            let report = serve::replay(&cli.config, model).await?;
            for mismatch in &report.mismatches {
                println!("{mismatch}");
            }
            println!("{report}");
            if !report.mismatches.is_empty() {
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
