//! Whether anybody is looking: how often the page asks a node depends on it.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};

/// Milliseconds after a press or a key that a person counts as being there.
const THERE: f64 = 60_000.0;

/// Somebody at the page, or nobody.
#[derive(Clone, Copy)]
pub struct Attention {
    /// When somebody last pressed, typed or scrolled, milliseconds since the epoch.
    last: StoredValue<f64>,
    /// Grows when the page comes into sight, or is used after a while of rest.
    pub back: RwSignal<u32>,
}

impl Attention {
    /// Listens as long as the page lives.
    pub fn start() -> Self {
        let attention = Self { last: StoredValue::new(js_sys::Date::now()), back: RwSignal::new(0) };
        let used = Closure::<dyn Fn()>::new(move || {
            let rested = !attention.is_there();
            attention.last.set_value(js_sys::Date::now());
            if rested {
                attention.back.update(|n| *n += 1);
            }
        });
        let seen = Closure::<dyn Fn()>::new(move || {
            if !is_hidden() {
                attention.back.update(|n| *n += 1);
            }
        });
        for name in ["pointerdown", "keydown", "wheel", "focus"] {
            // Fails only for a listener that is no function.
            let _ = window().add_event_listener_with_callback(name, used.as_ref().unchecked_ref());
        }
        let _ = document().add_event_listener_with_callback("visibilitychange", seen.as_ref().unchecked_ref());
        // The window keeps them for as long as the page lives.
        used.forget();
        seen.forget();
        attention
    }

    /// Whether somebody used the page within the last minute.
    pub fn is_there(self) -> bool {
        js_sys::Date::now() - self.last.get_value() < THERE
    }
}

/// Whether the page is in a tab or window that nobody sees.
pub fn is_hidden() -> bool {
    document().hidden()
}
