//! What narrows a list besides a search: one choice of several or of many, or a person.

use leptos::prelude::*;
use protocol::Address;

use super::ListQuery;
use crate::components::account::Account;
use app_ui::controls::choices::OneOfSeveral;

/// Choices of which one holds, all of them first. `choices` are keys as they stand in the address, with their names.
#[component]
pub fn Choices(
    list_query: ListQuery,
    /// The part of the address that it is.
    part: &'static str,
    /// What the address says.
    chosen: Memo<String>,
    label: &'static str,
    choices: Vec<(String, &'static str)>,
) -> impl IntoView {
    let all = std::iter::once((String::new(), "All")).chain(choices);
    let (keys, names): (Vec<String>, Vec<&'static str>) = all.unzip();
    let choices = keys.iter().zip(names).map(|(key, name)| (choice_id(key), name.to_owned())).collect();
    let keys = StoredValue::new(keys);
    let place = move || keys.with_value(|keys| chosen.with(|chosen| keys.iter().position(|key| key == chosen)));
    let at = Signal::derive(place);
    let choose = Callback::new(move |at: usize| {
        if let Some(key) = keys.with_value(|keys| keys.get(at).cloned()) {
            list_query.go(part, key);
        }
    });
    view! { <OneOfSeveral label=label choices=choices chosen=at on_choose=choose /> }
}

/// One choice of more than stand in a line beside each other: a list that opens, with what does not narrow first. `choices`
/// as in [`Choices`].
#[component]
pub fn ChoiceOfMany(
    list_query: ListQuery,
    /// The part of the address that it is.
    part: &'static str,
    /// What the address says.
    chosen: Memo<String>,
    /// Stands once on a page.
    id: &'static str,
    label: &'static str,
    #[prop(default = "Any")] any: &'static str,
    choices: Vec<(String, &'static str)>,
) -> impl IntoView {
    let choices = choices.into_iter().map(|(key, name)| view! { <option value=key>{name}</option> });
    view! {
        <label class="row tight">
            <span class="small soft">{label}</span>
            <select
                id=id
                prop:value=move || chosen.get()
                on:change=move |event| list_query.go(part, event_target_value(&event))
            >
                <option value="">{any}</option>
                {choices.collect_view()}
            </select>
        </label>
    }
}

fn choice_id(key: &str) -> String {
    format!("filter-{}", if key.is_empty() { "all" } else { key })
}

/// Whose rows are shown, where they are not everybody's.
#[component]
pub fn OfPerson(
    list_query: ListQuery,
    /// What the address says.
    person: Memo<String>,
    /// What the rows have to do with the person: "With a part of".
    what: &'static str,
) -> impl IntoView {
    move || {
        let person = person.with(|person| person.parse::<Address>().ok())?;
        Some(view! {
            <div class="row tight">
                <span class="small soft">{what}</span>
                <Account address=person />
                <button id="everybodys" class="button small" type="button" on:click=move |_| list_query.go("person", String::new())>
                    "Show everybody’s"
                </button>
            </div>
        })
    }
}
