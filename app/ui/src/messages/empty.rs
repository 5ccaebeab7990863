use leptos::prelude::*;

use crate::icon::Icon;

/// Says that there is nothing here, and what to do about it.
#[component]
pub fn Empty(icon: &'static str, title: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon />
            <h2>{title}</h2>
            {children()}
        </div>
    }
}

/// Room held while something loads.
#[component]
pub fn Ghost(lines: usize) -> impl IntoView {
    view! {
        <div class="stack" aria-busy="true" aria-label="Loading">
            {(0..lines).map(|_| view! { <span class="ghost"></span> }).collect_view()}
        </div>
    }
}
