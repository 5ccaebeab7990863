//! Tables that have less room than they need are scrolled by keys too: then they can have the keyboard.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::changes::after_changes;

/// What holds a table that may be wider than the window, or longer than its place.
const HOLDS_TABLE: &str = ".table-wrap";

/// Looks after tables as long as the page lives.
pub fn follow() {
    after_changes(look);
    let _ = window_event_listener(leptos::ev::resize, move |_| look());
}

fn look() {
    let Ok(found) = document().query_selector_all(HOLDS_TABLE) else { return };
    for place in 0..found.length() {
        let Some(element) = found.item(place).and_then(|node| node.dyn_into::<HtmlElement>().ok()) else { continue };
        let is_scrolled =
            element.scroll_width() > element.client_width() || element.scroll_height() > element.client_height();
        if is_scrolled != element.has_attribute("tabindex") {
            // Neither name can be refused.
            let _ =
                if is_scrolled { element.set_attribute("tabindex", "0") } else { element.remove_attribute("tabindex") };
        }
    }
}
