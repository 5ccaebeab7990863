//! The tab's title: what the page shows, and how much waits for this person.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{MutationObserver, MutationObserverInit};

/// Behind the title of each page, and alone where a page has none.
const NAME: &str = "ModelMarket";
/// A page is often changed many times in a row; its heading is read once after them, milliseconds.
const PAUSE: u64 = 100;

/// Keeps the title true as long as the page lives: the heading of what is shown, preceded by the number that waits.
pub fn follow(waiting: Signal<usize>) {
    let heading = RwSignal::new(None::<String>);
    Effect::new(move || {
        let title = heading.with(|heading| set(heading.as_deref(), waiting.get()));
        document().set_title(&title);
    });
    let is_due = StoredValue::new(false);
    let look = move || {
        is_due.set_value(false);
        let found = document().query_selector("main h1").ok().flatten();
        let text = found.and_then(|h1| h1.text_content()).map(|text| text.trim().to_owned());
        let text = text.filter(|text| !text.is_empty());
        if heading.with_untracked(|known| *known != text) {
            heading.set(text);
        }
    };
    let changed = Closure::<dyn FnMut()>::new(move || {
        if !is_due.get_value() {
            is_due.set_value(true);
            set_timeout(look, std::time::Duration::from_millis(PAUSE));
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

/// `(2) Iris · ModelMarket`.
fn set(heading: Option<&str>, waiting: usize) -> String {
    let page = heading.map_or_else(|| NAME.to_owned(), |heading| format!("{heading} · {NAME}"));
    if waiting == 0 { page } else { format!("({waiting}) {page}") }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::set;

    #[wasm_bindgen_test]
    fn a_title_says_what_is_shown_and_how_much_waits() {
        assert_eq!(set(Some("Iris"), 2), "(2) Iris · ModelMarket");
        assert_eq!(set(Some("Iris"), 0), "Iris · ModelMarket");
        assert_eq!(set(None, 1), "(1) ModelMarket");
    }
}
