use leptos::prelude::*;

use crate::icon::Icon;

/// A message with a tone that differs in colour, icon and words.
#[component]
pub fn Notice(
    /// `good`, `warn`, `bad`, `turn` (it is this person's turn) or empty.
    #[prop(optional, into)]
    tone: String,
    children: Children,
) -> impl IntoView {
    let icon = match tone.as_str() {
        "good" => "check",
        "warn" | "bad" => "warn",
        "turn" => "flag",
        _ => "info",
    };
    let role = if tone == "bad" { "alert" } else { "status" };
    view! {
        <div class=format!("notice {tone}") role=role>
            <Icon name=icon />
            <div>{children()}</div>
        </div>
    }
}

/// An error as a sentence, where there is one.
#[component]
pub fn Problem(#[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
    move || error.get().map(|text| view! { <Notice tone="bad">{text}</Notice> })
}
