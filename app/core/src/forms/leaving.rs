//! The browser asks before it leaves a page that holds what cannot be had back.

use leptos::{ev, prelude::*};

/// The browser asks before it closes or reloads the page while this is so. Going to another page of the same site asks
/// nothing: it loses nothing.
pub fn asks_while(is_so: impl Fn() -> bool + 'static) {
    let handle = window_event_listener(ev::beforeunload, move |event| {
        if is_so() {
            event.prevent_default();
            // What older browsers go by.
            event.set_return_value("yes");
        }
    });
    on_cleanup(move || handle.remove());
}
