//! Random actors play random bounties against the contract and against a reference model at once, and after each call
//! everything must agree: model, contract, and the state that the family folds from the events.
//!
//! `MODELMARKET_SEED` repeats a run, `MODELMARKET_CALLS` makes it longer.

mod agree;
mod market;
mod play;
mod rules;
