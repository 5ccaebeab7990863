//! What waits for the connected account, whichever feature it comes from.

use std::borrow::Cow;

use leptos::prelude::*;

/// Something that the account has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Tells tasks apart, e.g. `bounty 7 claim`.
    pub key: String,
    /// What to do, as on a button.
    pub action: &'static str,
    /// Where it is done.
    pub href: String,
    /// What it is about, e.g. `bounty 7`.
    pub about: String,
    /// Seconds since the epoch; `None` where it can wait.
    pub until: Option<u64>,
    /// What is lost by not doing it.
    pub otherwise: Cow<'static, str>,
}

/// Something that the account will have to do, in a window that is still to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// As it will be, with the end of its window; `otherwise` says too on what the window depends.
    pub task: Task,
    /// When the window opens, seconds since the epoch; the earliest where it depends on others.
    pub from: u64,
}

/// What a feature knows of the account.
#[derive(Clone, Copy)]
pub struct Source {
    /// `None` until read.
    pub tasks: Signal<Option<Vec<Task>>>,
    /// What will be to do later.
    pub coming: Signal<Vec<Coming>>,
    /// Why it could not be read.
    pub error: Signal<Option<String>>,
}
