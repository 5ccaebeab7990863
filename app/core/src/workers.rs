//! The page's side of its web workers.

pub mod models;
pub mod prepare;
pub mod simulate;

pub use work::WorkError;
