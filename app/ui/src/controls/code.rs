use leptos::prelude::*;

use super::copy::CopyButton;

/// Lines to be copied into a terminal or a notebook.
#[component]
pub fn Code(
    #[prop(into)] text: String,
    /// What it is, for the button's label and for screen readers.
    what: &'static str,
) -> impl IntoView {
    view! {
        <div class="code">
            <pre tabindex="0" role="region" aria-label=what>{text.clone()}</pre>
            <CopyButton text=text what=what />
        </div>
    }
}
