//! The format of configuration files.

/// The value of `format`.
pub const FORMAT: &str = "modelmarket/simulation/1";
