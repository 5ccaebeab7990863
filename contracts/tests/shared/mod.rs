//! Shared models: the entry and its incentives, with real classifiers.

mod deposit;
mod market;
