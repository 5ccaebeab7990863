use leptos::prelude::*;

use crate::icon::Icon;

/// A button whose work takes a while; it cannot be pressed twice.
#[component]
pub fn BusyButton(
    #[prop(into)] label: String,
    #[prop(optional, into)] class: String,
    #[prop(optional)] id: Option<&'static str>,
    busy: RwSignal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            id=id
            class=format!("button {class}")
            type="button"
            disabled=move || busy.get() || disabled.get()
            aria-busy=move || busy.get().to_string()
            on:click=move |_| on_press.run(())
        >
            {move || busy.get().then(|| view! { <Icon name="spinner" spin=true /> })}
            {label}
        </button>
    }
}
