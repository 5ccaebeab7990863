//! What an engine has to do.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use compute_module::{Instrumented, Kind};
use thiserror::Error;

use crate::World;

/// Why an engine did not start a module, or lost it. Never the module's fault: that would be the same everywhere.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum EngineError {
    #[error("The engine did not start the module: {0}.")]
    NotStarted(String),
    #[error("This machine has too little free memory for the job. Close what you do not need, or lend more of it.")]
    NoMemory,
    #[error("The engine gave up: {0}.")]
    GaveUp(String),
    #[error("The job was stopped here. It can go on from its last checkpoint.")]
    ToldToStop,
    #[error("The module has no {0:?}: it was not instrumented by this program's rules.")]
    Missing(String),
}

/// A step did not end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// The module trapped: it would in every engine. Counters and world say why.
    Trap,
    /// This engine could not go on, which says nothing of the module.
    Engine(EngineError),
}

/// The world, shared between a run and what the module calls.
pub type Shared = Arc<Mutex<World>>;

/// The world. A panic elsewhere leaves it as it was then.
pub fn world(shared: &Shared) -> MutexGuard<'_, World> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts modules.
pub trait Engine {
    type Instance: Instance;

    /// Starts an instrumented module before its first step. What was compiled of it a moment ago is used again.
    ///
    /// # Errors
    /// [`EngineError`].
    fn start(&self, module: &Instrumented, world: Shared) -> Result<Self::Instance, EngineError>;
}

/// A started module.
pub trait Instance {
    /// Does one step: whether there is more to do.
    ///
    /// # Errors
    /// [`Stopped`].
    fn step(&mut self) -> Result<bool, Stopped>;

    /// An exported global's bits; 32-bit ones are the lower half.
    ///
    /// # Errors
    /// [`EngineError::Missing`].
    fn global(&self, name: &str, kind: Kind) -> Result<u64, EngineError>;

    /// Sets an exported global's bits.
    ///
    /// # Errors
    /// [`EngineError::Missing`].
    fn set_global(&mut self, name: &str, kind: Kind, bits: u64) -> Result<(), EngineError>;

    /// A copy of the memory.
    ///
    /// # Errors
    /// [`EngineError::Missing`].
    fn memory(&self) -> Result<Vec<u8>, EngineError>;

    /// Makes the memory these bytes: whole pages, not fewer than it has.
    ///
    /// # Errors
    /// [`EngineError`].
    fn set_memory(&mut self, bytes: &[u8]) -> Result<(), EngineError>;
}
