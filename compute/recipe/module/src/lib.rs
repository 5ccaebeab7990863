//! The module of training recipes (`compute/recipe`): reads a recipe and a table, trains by `ml/train`, writes the model.
//!
//! | module | what it does |
//! |---|---|
//! | `host` | what a job can do, so that the same code runs without being a job |
//! | `table` | the table, cut into what is learned from and what is kept for the test |
//! | `job` | the whole job, waiting between its steps |
//! | `entry` | exports and imports of the module (wasm32) |

#[cfg(target_arch = "wasm32")]
mod entry;
mod host;
mod job;
mod table;

pub use host::Host;
pub use job::run;
