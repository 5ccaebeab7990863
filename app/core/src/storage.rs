//! Small settings in `localStorage`. A browser that forbids it only forgets them.

use leptos::prelude::window;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::StorageEvent;

fn store() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The key as other tabs see it.
pub fn name(key: &str) -> String {
    format!("modelmarket.{key}")
}

pub fn read(key: &str) -> Option<String> {
    store()?.get_item(&name(key)).ok()?
}

pub fn write(key: &str, value: &str) {
    if let Some(store) = store() {
        let _ = store.set_item(&name(key), value);
    }
}

pub fn remove(key: &str) {
    if let Some(store) = store() {
        let _ = store.remove_item(&name(key));
    }
}

/// Tells, as long as the page lives, when another tab of this browser changes a value, and what it is then.
pub fn follow(key: &'static str, changed: impl Fn(Option<String>) + 'static) {
    let heard = Closure::<dyn Fn(StorageEvent)>::new(move |event: StorageEvent| {
        // Without a key everything was removed.
        if event.key().is_none_or(|found| found == name(key)) {
            // What holds now: the event may be old, and whoever wrote that later is right.
            changed(read(key));
        }
    });
    // Fails only for a listener that is no function.
    let _ = window().add_event_listener_with_callback("storage", heard.as_ref().unchecked_ref());
    heard.forget();
}
