use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::icon::Icon;

/// A long text shortened, with the whole of it on hover and a button that copies it.
#[component]
pub fn Copyable(
    /// What is shown.
    #[prop(into)]
    shown: String,
    /// What is copied.
    #[prop(into)]
    whole: String,
    /// What it is, for the button's label: "address", "CID".
    what: &'static str,
    /// Where the shown text leads, if anywhere.
    #[prop(optional, into)]
    href: Option<String>,
) -> impl IntoView {
    view! {
        <span class="nowrap copyable">
            {match href {
                Some(href) => view! { <a class="mono" title=whole.clone() href=href>{shown}</a> }.into_any(),
                None => view! { <span class="mono" title=whole.clone()>{shown}</span> }.into_any(),
            }}
            <CopyButton text=whole what=what />
        </span>
    }
}

/// Copies a text; says so for a moment.
#[component]
pub fn CopyButton(
    #[prop(into)] text: String,
    /// What it is, for the button's label.
    what: &'static str,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |event: leptos::ev::MouseEvent| {
        event.stop_propagation();
        let promise = window().navigator().clipboard().write_text(&text);
        spawn_local(async move {
            copied.set(JsFuture::from(promise).await.is_ok());
            gloo_timers::future::TimeoutFuture::new(1_500).await;
            copied.try_set(false);
        });
    };
    view! {
        <button class="icon-button" type="button" aria-label=format!("Copy {what}") on:click=copy>
            {move || {
                let name = if copied.get() { "check" } else { "copy" };
                view! { <Icon name=name /> }
            }}
        </button>
    }
}
