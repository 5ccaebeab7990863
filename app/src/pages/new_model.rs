//! placeholder
use leptos::prelude::*;
#[component]
pub fn NewModelPage() -> impl IntoView {
    view! { <p>"soon"</p> }
}
