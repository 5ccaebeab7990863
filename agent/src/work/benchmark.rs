//! How fast this machine is: units a second of a training on a table that is the same everywhere, by the pinned module of
//! recipes.

use std::{
    fmt::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use compute_engine::{EngineError, Limits, Progress, Run, RunError, Wasmtime, Work};
use compute_module::instrument;
use compute_recipe::{MODULE, Recipe};

use crate::failure::Failure;

/// How long is measured.
const MEASURED: Duration = Duration::from_millis(1_500);
const ROWS: u32 = 1_000;
const COLUMNS: u32 = 16;

/// Units a second that one job alone has here.
///
/// # Errors
/// [`Failure::Failed`] where the engine does not run on this machine.
pub fn measure(engine: &Wasmtime) -> Result<u32, Failure> {
    let failed = |error: RunError| Failure::Failed(error.to_string());
    let module = instrument(MODULE).map_err(|refusal| Failure::Failed(refusal.to_string()))?;
    let inputs = Arc::new([recipe(), table().into_bytes()]);
    let limits = Limits { instructions: u64::MAX, result: 1 << 24, log: 1 << 20 };
    let work = Work { module: Arc::new(module), inputs, limits };
    // Compiled, and the first pages touched.
    Run::start(engine, &work).map_err(failed)?.step().map_err(failed)?;
    let begin = Instant::now();
    let mut instructions = 0;
    while begin.elapsed() < MEASURED {
        let mut run = Run::start(engine, &work).map_err(failed)?;
        while begin.elapsed() < MEASURED && run.step().map_err(failed)? == Progress::More {}
        instructions += run.instructions().map_err(failed)?;
    }
    let per_second = instructions as f64 / 1e6 / begin.elapsed().as_secs_f64();
    // Above zero, and below what 32 bits count.
    Ok((per_second as u32).max(1))
}

/// The engine of this machine.
///
/// # Errors
/// [`Failure::Failed`].
pub fn engine() -> Result<Wasmtime, Failure> {
    Wasmtime::new().map_err(|error: EngineError| Failure::Failed(error.to_string()))
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
