//! Where the keyboard is. What it was on is gone when another page or another step is shown; then it begins at the content.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The element that the frame shows pages in.
pub const CONTENT: &str = "content";

/// Puts the keyboard at the beginning of what is shown.
pub fn content() {
    on(CONTENT);
}

/// Puts it there whenever something becomes another.
pub fn content_follows<T: PartialEq + 'static>(what: impl Fn() -> T + 'static) {
    follows(what, CONTENT, || true);
}

/// Puts it on the element with this id whenever something becomes another, while `wanted`: what it was on is gone then.
pub fn follows<T: PartialEq + 'static>(
    what: impl Fn() -> T + 'static,
    id: &'static str,
    wanted: impl Fn() -> bool + 'static,
) {
    Effect::new(move |before: Option<T>| {
        let now = what();
        if before.is_some_and(|before| before != now) && wanted() {
            on(id);
        }
        now
    });
}

/// Puts it on the element with this id, where there is one.
fn on(id: &str) {
    let found = document().get_element_by_id(id);
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Fails only where an element cannot have it.
        let _ = element.focus();
    }
}
