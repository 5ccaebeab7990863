//! Organisations, data sets and grants.

mod play;
mod scene;
mod uses;
