//! Simulations of shared models.

pub mod page;
pub mod simulations;
