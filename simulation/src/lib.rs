//! Shared models played by good and bad agents, on the code that the contracts are checked against.
//!
//! Every action is decided by [`shared_model::Model`], becomes an event, and is folded back into it; every
//! contribution teaches an [`shared_model::learn::Classifier`]. So what a simulation shows is what the chain would do. The same
//! configuration and data give the same result on every machine: all arithmetic is in whole numbers, and all chance
//! comes from one seed.
//!
//! | module | what it says |
//! |---|---|
//! | [`config`] | what is simulated: JSON in |
//! | [`data`] | the rows that are split into start, pool and hidden test set |
//! | [`run`] | a run, step by step |
//! | [`result`] | what came of it: JSON out |
//! | [`gallery`] | attacks, each with its conclusion |
//! | [`task`] | what a page and its worker say to each other |

mod agent;
mod chain;
mod chance;
pub mod config;
pub mod data;
mod error;
pub mod gallery;
mod market;
mod open;
pub mod result;
pub mod run;
pub mod task;

/// The value of `format` in a configuration.
pub const FORMAT: &str = "modelmarket/simulation/1";

pub use config::{AgentPlan, Behaviour, Config, EncoderPlan, IncentivePlan};
pub use data::Dataset;
pub use error::SimulationError;
pub use result::{AgentResult, Outcome, Point};
pub use run::{Progress, Simulation, run};
