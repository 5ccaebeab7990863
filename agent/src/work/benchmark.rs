//! How fast this machine is, and the engine with which it runs jobs.

use std::{path::Path, time::Instant};

use compute_engine::{EngineError, Wasmtime};
use compute_provider::benchmark;

use crate::failure::Failure;

/// Units a second that one job alone has here.
///
/// # Errors
/// [`Failure::Failed`] where the engine does not run on this machine.
pub fn measure(engine: &Wasmtime) -> Result<u32, Failure> {
    let work = benchmark::work().map_err(|refusal| Failure::Failed(refusal.to_string()))?;
    let begin = Instant::now();
    benchmark::measure(engine, &work, &|| begin.elapsed()).map_err(|error| Failure::Failed(error.to_string()))
}

/// The engine of this machine, which keeps what it compiles in a folder.
///
/// # Errors
/// [`Failure::Failed`].
pub fn engine(compiled: &Path) -> Result<Wasmtime, Failure> {
    let engine = Wasmtime::new().map_err(|error: EngineError| Failure::Failed(error.to_string()))?;
    Ok(engine.keeping(compiled))
}
