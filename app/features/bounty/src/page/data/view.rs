use leptos::prelude::*;

/// Chooses one of two views of the same thing.
#[component]
pub fn View(id: &'static str, name: &'static str, value: bool, chosen: RwSignal<bool>) -> impl IntoView {
    view! {
        <button id=id type="button" aria-pressed=move || (chosen.get() == value).to_string() on:click=move |_| chosen.set(value)>
            {name}
        </button>
    }
}
