use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, FileList, HtmlInputElement};

use crate::{format, icon::Icon};

/// Choosing one file, by click, keyboard or drop; or several, of which one is meant.
#[component]
pub fn FileDrop(
    /// Of its input; stands once on a page.
    id: &'static str,
    label: &'static str,
    #[prop(optional)] hint: &'static str,
    #[prop(optional)] accept: &'static str,
    file: RwSignal<Option<File>, LocalStorage>,
    /// What was chosen at once with it, where that may be.
    #[prop(optional)]
    others: Option<RwSignal<Vec<File>, LocalStorage>>,
    /// How the name of the one that is meant ends, where several are chosen.
    #[prop(optional)]
    leading: &'static str,
) -> impl IntoView {
    let (over, unclear) = (RwSignal::new(false), RwSignal::new(false));
    let take = move |list: Option<FileList>| {
        let Some(list) = list else { return };
        let mut files: Vec<File> = (0..list.length()).filter_map(|at| list.get(at)).collect();
        let is_meant = |file: &File| file.name().to_lowercase().ends_with(leading);
        let meant = match (files.len(), others.is_some()) {
            (0, _) => return,
            (1, _) | (_, false) => 0,
            // Which one is meant must be plain: it may be sent away for good.
            _ => match files.iter().filter(|file| is_meant(file)).count() {
                1 => files.iter().position(is_meant).unwrap_or(0),
                _ => return unclear.set(true),
            },
        };
        unclear.set(false);
        let chosen = files.remove(meant);
        if let Some(others) = others {
            others.set(files);
        }
        file.set(Some(chosen));
    };
    let drop = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        take(event.data_transfer().and_then(|d| d.files()));
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
            {move || {
                let text = format!("Which of these files is meant? Choose the one that ends in {leading} first.");
                unclear.get().then(|| view! { <span class="small missed" role="status">{text}</span> })
            }}
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
                multiple=others.is_some()
                aria-label=label
                on:change=move |event| {
                    let Some(input) = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) else { return };
                    take(input.files());
                    // Else choosing the same file again, mended meanwhile, would be no change.
                    input.set_value("");
                }
            />
        </label>
    }
}
