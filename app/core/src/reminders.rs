//! What tells a person that it is their turn, wherever they look: the tab's title, notifications, a calendar file.

pub mod calendar;
mod notify;
mod title;

pub use notify::{Permission, ask, permission};

use leptos::prelude::*;

use crate::{chain::Clock, feature::Features};

/// Follows what waits for the account as long as the page lives.
pub fn start(features: &Features, clock: Clock) {
    let waiting = features.waiting();
    title::follow(Signal::derive(move || waiting.with(Vec::len)));
    Effect::new(move || {
        let now = clock.now.get();
        waiting.with(|tasks| {
            for task in tasks {
                notify::tell(task, now);
            }
        });
    });
}
