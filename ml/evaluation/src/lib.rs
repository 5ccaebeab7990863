//! How good predictions are, and how much a score says. Pure functions of labels; no model is run here.
//!
//! | module | what it does |
//! |---|---|
//! | [`confusion`] | rows counted by true and predicted class, and the measures that follow |
//! | [`baseline`] | what a model scores that looks at nothing |
//! | [`paired`] | two models on the same rows: is one better, or was it chance? |
//! | [`folds`] | which rows are kept aside in turn, and the spread of what came out |
//! | [`importance`] | what shuffling a column costs |
//! | [`rows`] | a table that is written again, in part or with a column shuffled |
//!
//! A class is its index everywhere. How much a share of right rows says is [`dataset::likely_shares`].

pub mod baseline;
pub mod confusion;
mod draw;
pub mod folds;
pub mod importance;
pub mod paired;
pub mod rows;

pub use baseline::{Majority, majority};
pub use confusion::{ClassMeasures, Confusion, Means};
pub use folds::{Spread, folds};
pub use importance::{Importance, order};
pub use paired::Paired;
pub use rows::Rows;
