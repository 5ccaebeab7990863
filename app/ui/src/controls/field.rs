use leptos::prelude::*;

/// A labelled text input with a hint, and a problem that takes the hint's place.
#[component]
pub fn Field(
    /// Stands once on a page; the label and the hint refer to it.
    id: &'static str,
    label: &'static str,
    value: RwSignal<String>,
    #[prop(optional)] hint: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] suffix: &'static str,
    #[prop(optional, into)] problem: Signal<Option<String>>,
    #[prop(optional)] placeholder: &'static str,
) -> impl IntoView {
    let described = format!("{id}-hint");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="suffix">
                <input
                    id=id
                    type=kind
                    placeholder=placeholder
                    aria-describedby=described.clone()
                    aria-invalid=move || problem.get().is_some().to_string()
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                />
                {(!suffix.is_empty()).then(|| view! { <span class="soft">{suffix}</span> })}
            </div>
            <span id=described>
                {move || match problem.get() {
                    Some(text) => view! { <span class="problem">{text}</span> }.into_any(),
                    None => view! { <span class="hint">{hint}</span> }.into_any(),
                }}
            </span>
        </div>
    }
}
