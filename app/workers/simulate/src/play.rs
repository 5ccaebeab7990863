//! A run in slices, so that it can be watched and stopped.

use shared_model::{TestSet, table::Table};
use simulation::{Config, Dataset, Outcome, Simulation, task::Progress};
use work::Job;

/// What came of a run.
pub struct Played {
    pub outcome: Outcome,
    /// The trained model, as a model file.
    pub file: Vec<u8>,
    /// The hidden test set, as it is published.
    pub test: Vec<u8>,
    pub test_rows: u32,
}

/// Plays to the end, or until it is asked to stop.
///
/// # Errors
/// A sentence: the table is not readable, or the configuration does not fit it.
pub async fn play(config: Config, label: Option<u32>, table: Vec<u8>, job: &Job<Progress>) -> Result<Played, String> {
    let table = Table::read(&table, label).map_err(|e| e.to_string())?;
    let dataset = Dataset::new(&config, &table).map_err(|e| e.to_string())?;
    drop(table);
    let test = TestSet { rows: dataset.test.clone() };
    let mut simulation = Simulation::new(config, dataset).map_err(|e| e.to_string())?;
    let mut stopped = false;
    while simulation.step().map_err(|e| e.to_string())? {
        if !job.is_due() {
            continue;
        }
        job.progress(&Progress::Run(simulation.progress()));
        if !job.pause().await {
            stopped = true;
            break;
        }
    }
    let mut outcome = simulation.outcome();
    if stopped {
        outcome.stop(simulation.progress().day);
    }
    let file = simulation.file().map_err(|e| e.to_string())?;
    Ok(Played { outcome, file: file.to_bytes(), test: test.to_bytes(), test_rows: test.rows.len() as u32 })
}
