//! Habits of other programs that are put right while a table is read.

pub mod form;
pub mod mender;
pub mod note;
pub mod numbers;
pub mod watch;
