//! When the server's lists have to be asked for again.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::EventSource;

use crate::chain::Clock;

/// The server's stream of changes (`server/src/api/live.rs`).
const STREAM: &str = "/api/live";
/// Phases end by time alone, without any event: lists are at most this many seconds behind.
const STALE: u64 = 30;

/// Grows whenever what the server tells may have changed; a context.
#[derive(Clone, Copy)]
pub struct Live(Signal<u64>);

impl Live {
    /// Listens as long as the page lives. While nothing can be heard, every new block counts as a change.
    pub fn start(clock: Clock) -> Self {
        let heard = RwSignal::new(0u64);
        let source = StoredValue::new_local(EventSource::new(STREAM).ok());
        source.with_value(|source| {
            let Some(source) = source else { return };
            let changed = Closure::<dyn Fn()>::new(move || heard.update(|n| *n += 1));
            // Fails only for a listener that is no function.
            let _ = source.add_event_listener_with_callback("changed", changed.as_ref().unchecked_ref());
            // The stream keeps it for as long as the page lives.
            changed.forget();
        });
        let deaf = move || source.with_value(|s| s.as_ref().is_none_or(|s| s.ready_state() != EventSource::OPEN));
        Effect::new(move || {
            clock.head.track();
            if deaf() {
                heard.update(|n| *n += 1);
            }
        });
        let period = Memo::new(move |_| clock.now.get() / STALE);
        Self(Signal::derive(move || heard.get() + period.get()))
    }

    /// Runs the caller's effect again after every change.
    pub fn track(self) {
        self.0.track();
    }
}
