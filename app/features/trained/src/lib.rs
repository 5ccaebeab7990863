//! Trained models, which are files: the list of winners and published ones, and running one in the page.

pub mod actions;
pub mod list;
pub mod run;
