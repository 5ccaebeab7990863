//! Tasks of private learning.

mod choose;
mod draw;
mod gains;
mod life;
mod play;
