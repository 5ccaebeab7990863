//! The page's side of its web workers.

pub mod prepare;
pub mod simulate;
