//! Tasks of private learning.

pub(super) mod choose;
mod draw;
mod gains;
mod life;
mod play;
mod steps;
