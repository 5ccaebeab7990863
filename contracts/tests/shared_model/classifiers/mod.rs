//! The five classifiers on chain against their replicas in Rust: the same samples must give the same weights, headers,
//! scores, predictions and errors.

mod agree;
mod bounds;
mod draw;
mod expected;
mod pair;
mod rules;
