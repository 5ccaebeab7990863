//! From a checked table to training rows and shuffled test rows: two passes, nothing held.

pub mod classes;
pub mod draw;
pub mod duplicates;
pub mod intake;
pub mod profile;
pub mod published;
pub mod report;
pub mod split;
pub mod survey;
pub mod suspects;
pub mod whole;
pub mod write;
