//! Inputs of this form: a box, and a choice among a few.

use leptos::prelude::*;

use super::form::{Form, Typed};

#[component]
pub fn Tick(
    form: Form,
    id: &'static str,
    text: &'static str,
    get: fn(&Typed) -> bool,
    set: fn(&mut Typed),
) -> impl IntoView {
    view! {
        <label class="check">
            <input id=id type="checkbox" prop:checked=move || form.typed.with(get) on:change=move |_| form.typed.update(set) />
            <span>{text}</span>
        </label>
    }
}

/// One of `choices`: values as they stand in the form, and words.
#[component]
pub fn Choice<T: Copy + PartialEq + Send + Sync + 'static>(
    form: Form,
    id: &'static str,
    label: &'static str,
    choices: Vec<(T, &'static str)>,
    get: fn(&Typed) -> T,
    set: fn(&mut Typed, T),
    #[prop(optional)] hint: &'static str,
) -> impl IntoView {
    let at = {
        let choices = choices.clone();
        move || form.typed.with(|typed| choices.iter().position(|(one, _)| *one == get(typed))).unwrap_or_default()
    };
    let options = choices
        .iter()
        .enumerate()
        .map(|(place, (_, words))| {
            let at = at.clone();
            view! { <option value=place.to_string() selected=move || at() == place>{*words}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select
                id=id
                prop:value=move || at().to_string()
                on:change=move |event| {
                    let place = event_target_value(&event).parse::<usize>().unwrap_or_default();
                    if let Some((one, _)) = choices.get(place) {
                        form.typed.update(|typed| set(typed, *one));
                    }
                }
            >
                {options}
            </select>
            {(!hint.is_empty()).then(|| view! { <span class="hint">{hint}</span> })}
        </div>
    }
}
