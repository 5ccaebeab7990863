//! Compute jobs.

mod arrows;
mod attacks;
mod choose;
mod disputes;
mod draw;
mod money;
mod play;
pub mod scene;
mod signed;
mod steps;
