//! What is committed beside the sources, and must follow them.

mod artifacts;
mod gas;
mod sum;
