//! Pieces of pages that need to know nothing of the page: controls, messages, plots, pictures, what tables hold, what a
//! score rests on, and how amounts, times and sizes look.

pub mod controls;
pub mod download;
pub mod evaluation;
pub mod format;
pub mod icon;
pub mod messages;
pub mod pictures;
pub mod plots;
pub mod tables;
