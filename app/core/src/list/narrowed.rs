//! What narrows a list besides a search: one choice of several, or a person.

use leptos::prelude::*;
use protocol::Address;

use super::ListQuery;
use crate::components::account::Account;

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
    let all = std::iter::once((String::new(), "All"));
    let button = move |(key, name): (String, &'static str)| {
        let id = format!("filter-{}", if key.is_empty() { "all" } else { &key });
        let pressed = key.clone();
        view! {
            <button
                id=id
                type="button"
                aria-pressed=move || chosen.with(|chosen| *chosen == pressed).to_string()
                on:click=move |_| list_query.go(part, key.clone())
            >
                {name}
            </button>
        }
    };
    view! {
        <div class="tabs" role="group" aria-label=label>
            {all.chain(choices).map(button).collect_view()}
        </div>
    }
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
