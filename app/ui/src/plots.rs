//! Numbers that people would rather look at than read.

pub mod chart;
pub mod scores;
mod words;
