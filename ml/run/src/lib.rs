//! Tables and pictures to predictions: binds columns to inputs, chooses an engine by measuring, names classes.
//!
//! | module | what it does |
//! |---|---|
//! | [`session`] | [`Session`]: an open model that predicts one row or a table |
//! | [`card`] | what a model is, read from its file |
//! | [`input::layout`] | what a model wants for one row: which columns go into which input |
//! | [`input::deal`] | which columns go into which of several inputs, where the file does not say it |
//! | [`input::rows`], [`input::cells`] | texts and pictures to tensors |
//! | [`input::words`] | what a model's encoders know of the texts of a column |
//! | [`input::table`] | a CSV as rows for a model, read piece by piece |
//! | [`output::choice`], [`output::meaning`] | which output is the label and which the scores, and what the graph says of them |
//! | [`output::names`] | what the classes are called, and which of them a run names |
//! | [`output::results`] | the result of a table: a CSV, what each row was given, how many were right |
//! | [`output::truth`] | a table's true labels beside what the model said |
//! | [`batches`] | how many rows run at once |
//! | [`engines`], [`gpus`] | both engines, and which is faster here |
//! | [`product`] | the product of two matrices, for benchmarks |
//! | [`graph`] | walks through a model |

pub mod batches;
pub mod card;
pub mod engines;
pub mod error;
pub mod gpus;
pub mod graph;
pub mod input;
pub mod output;
pub mod product;
pub mod session;

pub use error::RunError;
pub use gpus::Gpus;
pub use input::table::Source;
pub use session::{Predicted, Session, Watch};
