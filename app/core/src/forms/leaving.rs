//! The browser asks before it leaves a page that holds what cannot be had back.

use std::cell::Cell;

use leptos::{ev, prelude::*};

thread_local! {
    static LASTING: Cell<u32> = const { Cell::new(0) };
}

/// An action of many steps that leaving would cut off; the browser asks for as long as this lives. Held by the action itself:
/// it goes on when the person looks at another page.
pub struct Lasting(());

impl Lasting {
    pub fn begins() -> Self {
        LASTING.set(LASTING.get() + 1);
        Self(())
    }

    /// Whether any goes on.
    fn any() -> bool {
        LASTING.get() > 0
    }
}

impl Drop for Lasting {
    fn drop(&mut self) {
        LASTING.set(LASTING.get().saturating_sub(1));
    }
}

/// The browser asks while any action lasts; begun once, for as long as the page lives.
pub fn asks_while_anything_lasts() {
    asks_while(Lasting::any);
}

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

#[cfg(test)]
mod tests {
    use leptos::mount::mount_to;
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen_test::wasm_bindgen_test;
    use web_sys::HtmlElement;

    use super::*;

    /// Whether the page would be left without a question.
    fn leaves() -> bool {
        let event = document().create_event("BeforeUnloadEvent").expect("browsers have events");
        event.init_event_with_bubbles_and_cancelable("beforeunload", false, true);
        window().dispatch_event(&event).expect("it is dispatched")
    }

    #[wasm_bindgen_test]
    fn the_browser_asks_until_the_last_action_has_ended() {
        let place = document().create_element("div").expect("an element").unchecked_into::<HtmlElement>();
        let page = mount_to(place, asks_while_anything_lasts);
        assert!(leaves());
        let (one, other) = (Lasting::begins(), Lasting::begins());
        assert!(!leaves());
        drop(one);
        assert!(!leaves(), "the other goes on");
        drop(other);
        assert!(leaves());
        drop(page);
        let _lasts = Lasting::begins();
        assert!(leaves(), "nobody asks any more");
    }
}
