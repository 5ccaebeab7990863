//! A run in short turns, so that it can be watched and stopped.

use gloo_timers::future::TimeoutFuture;
use js_sys::Date;
use protocol::shared_model::{TestSet, table::Table};
use simulation::{Config, Dataset, Outcome, Progress, Simulation, task::Answer};

use crate::link::{Asked, tell};

/// Milliseconds of a turn. Between turns the page is told how far it is, and a stop is heard.
const TURN: f64 = 60.0;

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
pub async fn play(config: Config, label: Option<u32>, table: Vec<u8>, asked: &Asked) -> Result<Played, String> {
    let table = Table::read(&table, label).map_err(|e| e.to_string())?;
    let dataset = Dataset::new(&config, &table).map_err(|e| e.to_string())?;
    drop(table);
    let test = TestSet { rows: dataset.test.clone() };
    let mut simulation = Simulation::new(config, dataset).map_err(|e| e.to_string())?;
    let mut stopped = false;
    let mut since = Date::now();
    while simulation.step().map_err(|e| e.to_string())? {
        if Date::now() - since < TURN {
            continue;
        }
        report(simulation.progress());
        // Messages are delivered between turns.
        TimeoutFuture::new(0).await;
        if asked.to_stop() {
            stopped = true;
            break;
        }
        since = Date::now();
    }
    let mut outcome = simulation.outcome();
    if stopped {
        outcome.stop(simulation.progress().day);
    }
    let file = simulation.file().map_err(|e| e.to_string())?;
    Ok(Played { outcome, file: file.to_bytes(), test: test.to_bytes(), test_rows: test.rows.len() as u32 })
}

fn report(progress: Progress) {
    let Progress { done, day, contributions, correct, total } = progress;
    tell(&Answer::Progress { done, day, contributions, correct, total });
}
