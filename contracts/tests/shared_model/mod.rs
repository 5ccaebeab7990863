//! Shared models: the entry and its incentives, with real classifiers.

mod classes;
mod classifiers;
mod deposit;
mod factory;
mod hostile;
mod market;
mod permit;
mod play;
mod points;
mod refusals;
