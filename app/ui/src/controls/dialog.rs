use leptos::{html, prelude::*};

use crate::icon::Icon;

/// A modal dialog; the browser's own, so focus, Escape and screen readers work as people expect.
#[component]
pub fn Dialog(
    /// Stands once on a page; that of its button to close it begins with it.
    id: &'static str,
    #[prop(into)] title: String,
    open: RwSignal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            // Fails only where the dialog has left the document, and then there is nothing to show.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let name = title.clone();
    view! {
        <dialog id=id node_ref=node aria-label=name on:close=move |_| open.set(false)>
            <div class="head">
                <h2>{title}</h2>
                <button id=format!("{id}-close") class="icon-button" type="button" aria-label="Close" on:click=move |_| open.set(false)>
                    <Icon name="cross" />
                </button>
            </div>
            <div class="body">
                <Show when=move || open.get()>{children()}</Show>
            </div>
        </dialog>
    }
}
