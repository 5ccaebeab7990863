//! Runs a job: a module that [`compute_module::instrument`] made, on its inputs, step by step. Whoever runs the same job
//! gets the same result, log and count, in whichever engine, and may stop between two steps and go on elsewhere.
//!
//! | module | what it does |
//! |---|---|
//! | [`Run`] | starts, goes on from a [`Checkpoint`], steps, ends with an [`Outcome`] |
//! | [`World`] | what a module can see and do: inputs, the result, the log |
//! | [`Engine`], [`Instance`] | what an engine has to do for it |
//! | `Wasmi` | an interpreter, everywhere (feature `wasmi`) |
//! | `Wasmtime` | a compiler for this machine's processor (not wasm32) |
//! | `Browser` | the engine of the browser that the page runs in (wasm32) |

mod checkpoint;
mod engine;
mod engines;
mod run;
mod world;

pub use checkpoint::{BadCheckpoint, Checkpoint};
pub use engine::{Engine, EngineError, Instance, Stopped};
#[cfg(target_arch = "wasm32")]
pub use engines::Browser;
#[cfg(feature = "wasmi")]
pub use engines::Wasmi;
#[cfg(not(target_arch = "wasm32"))]
pub use engines::{Goes, Wasmtime};
pub use run::{Outcome, Progress, Run, RunError, Work};
pub use world::{Ended, LINE, Limits, World, line_head};
