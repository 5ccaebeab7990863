//! Playing shared models with good and bad agents: `cargo xtask simulate` starts it.

use std::{fs, io::Write as _, ops::ControlFlow, path::PathBuf};

use anyhow::{Context as _, Result};
use clap::Parser;
use shared_model::table::Table;
use simulation::{Config, Dataset, Outcome, gallery::Attack};

/// Rows that are played with where no others are given, and their label column.
const FILM_REVIEWS: (&str, u32) =
    (concat!(env!("CARGO_MANIFEST_DIR"), "/../../public/datasets/shared/film_reviews.csv"), 1);

#[derive(Parser)]
#[command(name = "cargo xtask simulate", about = "The gallery of attacks on shared models, or one configuration.")]
struct Options {
    /// A run as JSON; without it all attacks of the gallery are played.
    #[arg(long)]
    config: Option<PathBuf>,
    /// A CSV of labelled rows; film reviews by default.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Number of the label column, from 0; found by itself where it is not given.
    #[arg(long)]
    label: Option<u32>,
    /// Where the results go as JSON: one run, or a list of all.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Where the trained model goes as JSON, ready to be deployed; with --config only.
    #[arg(long, requires = "config")]
    model: Option<PathBuf>,
}

/// Plays, prints what came of it, and writes it where it is wanted.
fn main() -> Result<()> {
    let options = Options::parse();
    let (path, label) = match &options.data {
        Some(path) => (path.clone(), options.label),
        None => (PathBuf::from(FILM_REVIEWS.0), Some(FILM_REVIEWS.1)),
    };
    let bytes = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let table = Table::read(&bytes, label).with_context(|| format!("{} is no table of examples", path.display()))?;
    let json = match &options.config {
        Some(file) => {
            let text = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
            let config = Config::parse(&text).with_context(|| format!("{} cannot be run", file.display()))?;
            let (outcome, model) = play(config, &table)?;
            if let Some(path) = &options.model {
                fs::write(path, model.to_bytes()).with_context(|| format!("{} cannot be written", path.display()))?;
            }
            outcome.to_json()
        }
        None => {
            let mut outcomes = Vec::new();
            for attack in Attack::ALL {
                println!("\n{}. {}", attack.name(), attack.describe());
                outcomes.push(play(attack.config(), &table)?.0);
            }
            serde_json::to_string_pretty(&outcomes)?
        }
    };
    if let Some(path) = &options.out {
        fs::write(path, json + "\n").with_context(|| format!("{} cannot be written", path.display()))?;
        println!("\nwritten to {}", path.display());
    }
    Ok(())
}

fn play(config: Config, table: &Table) -> Result<(Outcome, shared_model::ModelFile)> {
    let dataset = Dataset::new(&config, table)?;
    let mut shown = u32::MAX;
    let (outcome, model) = simulation::run(config, dataset, |progress| {
        let percent = (progress.done * 100.0) as u32;
        if percent != shown {
            shown = percent;
            print!("\r  {percent} %, day {:.1}, {} contributions ", progress.day, progress.contributions);
            // A terminal that shows nothing in between does no harm.
            let _ = std::io::stdout().flush();
        }
        ControlFlow::Continue(())
    })?;
    println!("\r{:60}", "");
    println!(
        "  rows: {} start, {} pool, {} test; accuracy {:.1} % -> {:.1} %, {:.1} % if trained on all",
        outcome.rows.start,
        outcome.rows.pool,
        outcome.rows.test,
        outcome.accuracy(outcome.start_correct),
        outcome.accuracy(outcome.end_correct),
        outcome.accuracy(outcome.baseline_correct),
    );
    println!("  agent                balance  points  contributions  refunds  reports");
    for agent in &outcome.agents {
        println!(
            "  {:<18} {:>7.1} %  {:>6}  {:>13}  {:>7}  {:>7}",
            agent.name, agent.percent, agent.points, agent.contributions, agent.refunds, agent.reports
        );
    }
    if let Some(conclusion) = &outcome.conclusion {
        println!("  {conclusion}");
    }
    Ok((outcome, model))
}
