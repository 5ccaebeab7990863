use leptos::prelude::*;

use crate::icon::Icon;

/// Says that there is nothing here, and what to do about it.
#[component]
pub fn Empty(
    icon: &'static str,
    title: &'static str,
    /// It is all that the page shows: then its title is the page's.
    #[prop(optional)]
    whole_page: bool,
    children: Children,
) -> impl IntoView {
    let title = if whole_page { view! { <h1>{title}</h1> }.into_any() } else { view! { <h2>{title}</h2> }.into_any() };
    view! {
        <div class="empty">
            <Icon name=icon />
            {title}
            {children()}
        </div>
    }
}

/// Room held while something loads.
#[component]
pub fn Ghost(lines: usize) -> impl IntoView {
    view! {
        <div class="stack" role="status" aria-busy="true" aria-label="Loading">
            {(0..lines).map(|_| view! { <span class="ghost"></span> }).collect_view()}
        </div>
    }
}

/// The same for a whole page: whoever hears the page instead of seeing it is told by its heading.
#[component]
pub fn GhostPage() -> impl IntoView {
    view! {
        <h1 class="visually-hidden">"Loading"</h1>
        <Ghost lines=8 />
    }
}
