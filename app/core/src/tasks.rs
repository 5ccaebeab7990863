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

/// How much is known of what waits for the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Some of it is still being read.
    UnderWay,
    /// Some of it could not be read.
    Partly,
    All,
}

impl Reading {
    /// Of sources: of each, whether it was read, and whether it says why it could not be.
    pub fn of(sources: impl Iterator<Item = (bool, bool)>) -> Self {
        sources.fold(Self::All, |so_far, source| match (so_far, source) {
            (Self::UnderWay, _) | (_, (false, false)) => Self::UnderWay,
            (Self::Partly, _) | (_, (_, true)) => Self::Partly,
            (Self::All, (true, false)) => Self::All,
        })
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::Reading;

    #[wasm_bindgen_test]
    fn nothing_is_said_to_wait_only_where_all_was_read() {
        let (read, failed, stale, under_way) = ((true, false), (false, true), (true, true), (false, false));
        for (sources, known) in [
            (vec![], Reading::All),
            (vec![read, read], Reading::All),
            (vec![read, under_way], Reading::UnderWay),
            (vec![failed, read], Reading::Partly),
            (vec![read, stale], Reading::Partly),
            (vec![failed, under_way], Reading::UnderWay),
            (vec![under_way, failed, read], Reading::UnderWay),
        ] {
            assert_eq!(Reading::of(sources.clone().into_iter()), known, "{sources:?}");
        }
    }
}
