//! What is done whenever something else is shown.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{MutationObserver, MutationObserverInit};

/// A page is often changed many times in a row; what follows is done once after them.
const PAUSE: Duration = Duration::from_millis(100);

/// Calls this a moment after elements or texts of the page have changed, as long as the page lives; attributes are not
/// looked at.
pub fn after_changes(look: impl Fn() + Copy + 'static) {
    let is_due = StoredValue::new(false);
    let changed = Closure::<dyn FnMut()>::new(move || {
        if !is_due.get_value() {
            is_due.set_value(true);
            let due = move || {
                is_due.set_value(false);
                look();
            };
            set_timeout(due, PAUSE);
        }
    });
    if let (Ok(observer), Some(body)) = (MutationObserver::new(changed.as_ref().unchecked_ref()), document().body()) {
        let what = MutationObserverInit::new();
        what.set_child_list(true);
        what.set_subtree(true);
        what.set_character_data(true);
        // Fails only without anything to observe.
        let _ = observer.observe_with_options(&body, &what);
    }
    changed.forget();
}
