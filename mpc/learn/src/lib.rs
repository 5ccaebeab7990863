//! Exact linear regression over the columns of several owners: each keeps its columns, the model is shared.
//!
//! | module | what it does |
//! |---|---|
//! | `task` | what everybody knows beforehand; what it tells, number by number |
//! | `prepare` | an owner's columns, standardised and rounded |
//! | `gram` | sums of products of columns |
//! | `solve` | the equations, on shares |
//! | `metrics` | errors, on shares |
//! | `leave_one_out` | errors of models that have not seen the row |
//! | `fit` | a task from its matrices to its results; what a run goes on from after a reload |
//! | `predict` | a model on new rows |
//! | `sealed` | results as they leave the seats |
//!
//! All of it is written over `mpc::Arithmetic`, so that the protocol, its plain twin and the planner run the same code.

mod error;
mod fit;
mod gram;
mod leave_one_out;
mod metrics;
mod predict;
mod prepare;
mod sealed;
mod solve;
mod task;

pub use error::LearnError;
pub use fit::{Answer, Checkpoint, Fitted, Model, check_inputs, fit, fit_keeping, fit_rest, plan, plan_rest};
pub use predict::{NewRows, Prediction, plan_prediction, predict};
pub use prepare::{Column, Prepared, Scale, label_exponent};
pub use sealed::{Half, Receiver, What, join};
pub use task::{Evaluation, Fact, Facts, Metric, Order, Reveals, Task};
