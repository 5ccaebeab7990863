//! How fast a machine is: units a second of a training on a table that is the same everywhere, by the pinned module of recipes.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use compute_engine::{Engine, Limits, Progress, Run, RunError, Work};
use compute_module::{Refusal, instrument};
use compute_recipe::{MODULE, Recipe};

/// How long is measured.
const MEASURED: Duration = Duration::from_millis(1_500);
const ROWS: u32 = 1_000;
const COLUMNS: u32 = 16;

/// What is run. Takes a second or more, since the module is instrumented.
///
/// # Errors
/// [`Refusal`], never for the module as it is pinned.
pub fn work() -> Result<Work, Refusal> {
    let module = instrument(MODULE)?;
    let inputs = Arc::new([recipe(), table().into_bytes()]);
    let limits = Limits { instructions: u64::MAX, result: 1 << 24, log: 1 << 20 };
    Ok(Work { module: Arc::new(module), inputs, limits })
}

/// Units a second that one job alone has here, above zero. `clock` tells the time since any moment; compiling does not count.
///
/// # Errors
/// [`RunError`] where the engine does not run on this machine.
pub fn measure<E: Engine>(engine: &E, work: &Work, clock: &dyn Fn() -> Duration) -> Result<u32, RunError> {
    // Compiled, and the first pages touched.
    Run::start(engine, work)?.step()?;
    let (mut spent, mut instructions) = (Duration::ZERO, 0);
    while spent < MEASURED {
        let mut run = Run::start(engine, work)?;
        let begin = clock();
        let since = || clock().saturating_sub(begin);
        while spent + since() < MEASURED && run.step()? == Progress::More {}
        instructions += run.instructions()?;
        // A clock that stands still must not keep it here for ever.
        spent += since().max(Duration::from_millis(1));
    }
    let per_second = instructions as f64 / 1e6 / spent.as_secs_f64();
    // Below what 32 bits count.
    Ok((per_second as u32).max(1))
}

fn recipe() -> Vec<u8> {
    let recipe = Recipe { rounds: Some(1_000), patience: Some(0), ..Recipe::new(ml_task::Algorithm::Mlp) };
    recipe.to_bytes()
}

/// Numbers that anybody can make again.
fn table() -> String {
    let header: Vec<String> = (0..COLUMNS).map(|column| format!("c{column}")).collect();
    let mut csv = format!("{},label\n", header.join(","));
    for row in 0..ROWS {
        let cell = |column: u32| (row * COLUMNS + column).wrapping_mul(2_654_435_761) >> 16;
        for column in 0..COLUMNS {
            // Into a text nothing fails.
            let _ = write!(csv, "{},", cell(column));
        }
        csv += if cell(0) > cell(1) { "a\n" } else { "b\n" };
    }
    csv
}
