//! Sentences for the errors of shared models, their markets, classifiers and factory.

mod classifier;
mod prediction_market;
mod shared;

use contracts::refusal::Refusals;

/// Every error of shared models.
pub const REFUSALS: Refusals = &[shared::ERRORS, prediction_market::ERRORS, classifier::ERRORS];
