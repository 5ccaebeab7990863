//! Columns of a list, by some of which it can be sorted.

use leptos::prelude::*;

use super::ListQuery;

/// The head of a column.
#[derive(Clone, Copy)]
pub struct Column {
    name: &'static str,
    is_number: bool,
    /// The key that it is sorted by, and whether its smallest value comes first then.
    sort: Option<(&'static str, bool)>,
}

impl Column {
    /// Of words.
    pub const fn text(name: &'static str) -> Self {
        Self { name, is_number: false, sort: None }
    }

    /// Of numbers, which stand at its right.
    pub const fn number(name: &'static str) -> Self {
        Self { name, is_number: true, sort: None }
    }

    /// Sorted by this key, the largest or latest first.
    pub const fn largest_first(self, key: &'static str) -> Self {
        Self { sort: Some((key, false)), ..self }
    }

    /// Sorted by this key, the smallest or earliest first.
    pub const fn smallest_first(self, key: &'static str) -> Self {
        Self { sort: Some((key, true)), ..self }
    }
}

/// The heads of columns; pressing one sorts by it, pressing it again turns the order round. Without a query nothing can
/// be sorted.
#[component]
pub fn Heads(columns: &'static [Column], list_query: Option<ListQuery>) -> impl IntoView {
    let heads = columns.iter().map(|column| match (column.sort, list_query) {
        (Some((key, is_rising)), Some(query)) => {
            view! { <SortedHead column=*column key=key is_rising=is_rising query=query /> }.into_any()
        }
        _ => view! { <th class:number=column.is_number>{column.name}</th> }.into_any(),
    });
    view! { <tr>{heads.collect_view()}</tr> }
}

#[component]
fn SortedHead(column: Column, key: &'static str, is_rising: bool, query: ListQuery) -> impl IntoView {
    // Which way it stands; nothing where the list is sorted by something else.
    let direction = Memo::new(move |_| {
        let is_sorted = query.sort.with(|sort| sort == key);
        is_sorted.then(|| is_rising != query.reverse.get())
    });
    let said = move || direction.get().map(|is_rising| if is_rising { "ascending" } else { "descending" });
    let arrow = move || match direction.get() {
        Some(true) => " ↑",
        Some(false) => " ↓",
        None => "",
    };
    view! {
        <th class:number=column.is_number aria-sort=said>
            <button class="sort" type="button" on:click=move |_| query.sort_by(key)>
                {column.name}
                <span aria-hidden="true">{arrow}</span>
            </button>
        </th>
    }
}

/// In which order a list stands. For narrow screens, which show no heads of columns, and for what has no column.
#[component]
pub fn Order(list_query: ListQuery) -> impl IntoView {
    let choices = list_query.orders;
    view! {
        <div class="row tight">
            <label class="row tight">
                <span class="small soft">"Sort by"</span>
                <select
                    id="sort"
                    style:width="auto"
                    prop:value=move || list_query.sort.get()
                    on:change=move |event| list_query.order(event_target_value(&event), false)
                >
                    {choices.iter().map(|(key, name)| view! { <option value=*key>{*name}</option> }).collect_view()}
                </select>
            </label>
            <button
                id="reverse"
                class="button small"
                type="button"
                aria-pressed=move || list_query.reverse.get().to_string()
                on:click=move |_| list_query.order(list_query.sort.get_untracked(), !list_query.reverse.get_untracked())
            >
                "Reverse"
            </button>
        </div>
    }
}
