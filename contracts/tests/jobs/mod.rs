//! Compute jobs.

mod arrows;
mod attacks;
mod choose;
mod disputes;
mod draw;
mod money;
mod play;
mod signed;
mod steps;

use crate::harness::jobs as scene;
