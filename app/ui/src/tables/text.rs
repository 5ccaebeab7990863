use leptos::prelude::*;

/// Characters of a text that are shown at once.
const SHOWN: usize = 40;

/// What a cell says. A long text is cut, and opened by a press.
#[component]
pub fn CellText(text: String) -> impl IntoView {
    if text.chars().count() <= SHOWN {
        return view! { <span class="cell">{text}</span> }.into_any();
    }
    let beginning: String = text.chars().take(SHOWN).collect();
    view! {
        <details class="cell long">
            <summary>{beginning} "…"</summary>
            {text}
        </details>
    }
    .into_any()
}
