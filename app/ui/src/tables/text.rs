use leptos::prelude::*;

use super::name::Name;

/// Characters of a text that are shown at once.
const SHOWN: usize = 40;

/// What a cell says. A long text is cut, and opened by a press.
#[component]
pub fn CellText(
    text: String,
    /// The name of a column, which is to break between its words.
    #[prop(optional)]
    is_name: bool,
) -> impl IntoView {
    if text.chars().count() <= SHOWN {
        return match is_name {
            true => view! { <span class="cell"><Name text=text /></span> }.into_any(),
            false => view! { <span class="cell">{text}</span> }.into_any(),
        };
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
