//! The tab's title: what the page shows, at which step, and how much waits for this person.

use leptos::prelude::*;

use crate::changes::after_changes;

/// Behind the title of each page, and alone where a page has none.
const NAME: &str = "ModelMarket";

/// Keeps the title true as long as the page lives: the heading of what is shown, preceded by the number that waits.
pub fn follow(waiting: Signal<usize>) {
    let heading = RwSignal::new(None::<String>);
    Effect::new(move || {
        let title = heading.with(|heading| set(heading.as_deref(), waiting.get()));
        document().set_title(&title);
    });
    after_changes(move || {
        let text = match (text_of("main .steps [aria-current=step]"), text_of("main h1")) {
            (Some(step), Some(page)) => Some(format!("{step} · {page}")),
            (_, page) => page,
        };
        if heading.with_untracked(|known| *known != text) {
            heading.set(text);
        }
    });
}

/// What the first element that fits says; nothing where there is none, or it says nothing.
fn text_of(selector: &str) -> Option<String> {
    let text = document().query_selector(selector).ok().flatten()?.text_content()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
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
