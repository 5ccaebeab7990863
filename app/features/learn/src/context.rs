//! Keeping up with who learns together.

pub use app_core::learning::Known;
