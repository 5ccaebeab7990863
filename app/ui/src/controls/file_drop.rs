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
        if files.is_empty() {
            return;
        }
        let names: Vec<String> = files.iter().map(File::name).collect();
        let Some(meant) = meant(&names, if others.is_some() { leading } else { "" }) else {
            return unclear.set(true);
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
            {move || unclear.get().then(|| view! { <Unclear leading=leading /> })}
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

#[component]
fn Unclear(leading: &'static str) -> impl IntoView {
    let text = format!("Which of these files is meant? Choose the one that ends in {leading} first.");
    view! { <span class="small missed" role="status">{text}</span> }
}

/// Which of several files is meant, where that is plain: it may be sent away for good.
fn meant(names: &[String], leading: &str) -> Option<usize> {
    if names.len() < 2 || leading.is_empty() {
        return Some(0);
    }
    let is_meant = |name: &String| name.to_lowercase().ends_with(leading);
    let place = names.iter().position(is_meant)?;
    (names.iter().filter(|name| is_meant(name)).count() == 1).then_some(place)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::meant;

    #[wasm_bindgen_test]
    fn which_file_is_meant_is_never_guessed() {
        let of =
            |names: &[&str], leading| meant(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), leading);
        assert_eq!(of(&["weights.bin"], ".onnx"), Some(0));
        assert_eq!(of(&["a.data", "Model.ONNX", "b.data"], ".onnx"), Some(1));
        assert_eq!(of(&["a.joblib", "b.joblib"], ".onnx"), None);
        assert_eq!(of(&["a.onnx", "b.onnx"], ".onnx"), None);
        // Where all are of one kind, the first stands for them.
        assert_eq!(of(&["a.data", "b.data"], ""), Some(0));
    }
}
