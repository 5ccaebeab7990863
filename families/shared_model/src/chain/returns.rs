//! Reads what a view returned; single values are read by [`contracts::returns`].

pub mod market;
pub mod shared;
