//! Which program a worker runs.

use std::{borrow::Cow, time::Duration};

/// A worker's program, and how patient the page is with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Where its script is.
    pub url: Cow<'static, str>,
    /// What the worker is called; it can see this itself.
    pub name: &'static str,
    /// What it does, as in “runs models”; completes “The part of the page that …”.
    pub does: &'static str,
    /// What a person may try when it was ended, as in “try again with fewer rows”.
    pub advice: &'static str,
    /// How long it may say nothing, while it is loaded and while it carries out a request.
    pub silence: Duration,
}
