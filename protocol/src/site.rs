//! What the site says of itself, in its page and to programs that read it.

/// What it is for.
pub const PROMISE: &str = "Get a model for your data. Pay only for what the chain has checked.";
