use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, HtmlInputElement};

use crate::{format, icon::Icon};

/// Choosing one file, by click, keyboard or drop.
#[component]
pub fn FileDrop(
    /// Of its input; stands once on a page.
    id: &'static str,
    label: &'static str,
    #[prop(optional)] hint: &'static str,
    #[prop(optional)] accept: &'static str,
    file: RwSignal<Option<File>, LocalStorage>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(dropped) = event.data_transfer().and_then(|d| d.files()).and_then(|f| f.get(0)) {
            file.set(Some(dropped));
        }
    };
    view! {
        <label
            class="drop"
            class:over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <Icon name="file" />
            <span class="strong">{label}</span>
            {move || match file.get() {
                Some(chosen) => {
                    view! {
                        <span class="breakable">
                            {chosen.name()} " · " {format::bytes(chosen.size() as u64)} ". Choose another to replace it."
                        </span>
                    }
                        .into_any()
                }
                None => view! { <span class="soft small">{hint}</span> }.into_any(),
            }}
            <input
                id=id
                class="visually-hidden"
                type="file"
                accept=accept
                aria-label=label
                on:change=move |event| {
                    let Some(input) = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) else { return };
                    if let Some(chosen) = input.files().and_then(|f| f.get(0)) {
                        file.set(Some(chosen));
                    }
                    // Else choosing the same file again, mended meanwhile, would be no change.
                    input.set_value("");
                }
            />
        </label>
    }
}
