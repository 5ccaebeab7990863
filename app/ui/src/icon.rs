use leptos::prelude::*;

/// An icon of the sprite `public/icons.svg`, which is part of `index.html` so that icons are there when the server is not. Decorative: words stand beside it or in a label.
#[component]
pub fn Icon(name: &'static str, #[prop(optional)] spin: bool) -> impl IntoView {
    let class = if spin { "icon spin" } else { "icon" };
    view! {
        <svg class=class aria-hidden="true">
            <use href=format!("#{name}")></use>
        </svg>
    }
}
