//! What the pages with long lists share: an address that says what is asked for, and rows that come from the server, or
//! from the chain while it is away.

use std::fmt::Display;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use protocol::api::Status;

use app_ui::{
    controls::pager::Pager,
    messages::{
        empty::Ghost,
        notice::{Notice, Problem},
    },
};

/// Rows on one page of a list.
pub const PAGE: u64 = 50;

/// What a list's address asks for: search, filters, order, and the first row shown.
#[derive(Clone, Copy)]
pub struct ListQuery {
    pub offset: Memo<u64>,
    go: Callback<(&'static str, String)>,
}

impl ListQuery {
    /// Of the page at `route`, whose address may have these parts beside the offset.
    pub fn new<const PARTS: usize>(route: &'static str, names: [&'static str; PARTS]) -> (Self, [Memo<String>; PARTS]) {
        let query = use_query_map();
        let navigate = use_navigate();
        let parts = names.map(|name| Memo::new(move |_| query.with(|q| q.get(name)).unwrap_or_default()));
        let offset = Memo::new(move |_| query.with(|q| q.get("offset")).and_then(|o| o.parse().ok()).unwrap_or(0));
        let go = Callback::new(move |(changed, value): (&'static str, String)| {
            let mut said = Vec::new();
            for (name, part) in names.iter().zip(parts) {
                let value = if *name == changed { value.clone() } else { part.get_untracked() };
                if !value.is_empty() {
                    said.push(format!("{name}={}", js_sys::encode_uri_component(&value)));
                }
            }
            // Whatever else is asked for, its first rows come first.
            if changed == "offset" {
                said.push(format!("offset={value}"));
            }
            let address = format!("{route}?{}", said.join("&"));
            navigate(&address, NavigateOptions { replace: changed == "search", scroll: false, ..Default::default() });
        });
        (Self { offset, go }, parts)
    }

    /// Asks for something else.
    pub fn go(self, name: &'static str, value: String) {
        self.go.run((name, value));
    }
}

/// The rows of a list as they were read last.
pub struct Rows<T: Send + Sync + 'static> {
    pub rows: RwSignal<Option<Vec<T>>>,
    total: RwSignal<u64>,
    stale: RwSignal<Option<String>>,
    pub error: RwSignal<Option<String>>,
}

impl<T: Send + Sync + 'static> Clone for Rows<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Rows<T> {}

impl<T: Send + Sync + 'static> Default for Rows<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Send + Sync + 'static> Rows<T> {
    pub fn new() -> Self {
        Self {
            rows: RwSignal::new(None),
            total: RwSignal::new(0),
            stale: RwSignal::new(None),
            error: RwSignal::new(None),
        }
    }

    /// Shows what the server answered; where it did not, the page of all rows that begins at `offset`, out of those that
    /// the chain gives. `instead` says what the server's trouble means for whoever reads the list, `missing` what the
    /// chain does not know, if there is anything.
    pub async fn show<E: Display>(
        self,
        answer: Result<(Vec<T>, u64, Status), impl Display>,
        chain: impl Future<Output = Result<Vec<T>, E>>,
        offset: u64,
        instead: &str,
        missing: impl FnOnce() -> String,
    ) {
        let away = match answer {
            Ok((rows, total, status)) => {
                let stale = status.trouble.map(|t| format!("The list stands at block {}: {t}{instead}", status.block));
                return self.set(rows, total, stale);
            }
            Err(away) => away,
        };
        match chain.await {
            Ok(all) => {
                let total = all.len() as u64;
                let page = all.into_iter().skip(offset as usize).take(PAGE as usize).collect();
                let missing = Some(missing()).filter(|missing| !missing.is_empty());
                let missing = missing.map(|missing| format!("; {missing} are missing")).unwrap_or_default();
                let stale = format!("{away} This list is read from the chain now{missing}.");
                self.set(page, total, Some(stale));
            }
            // What was read before stays; it says that it is old.
            Err(e) if self.rows.with_untracked(Option::is_some) => {
                self.stale.try_set(Some(format!("{away} This list is old. {e}")));
            }
            Err(e) => {
                self.error.try_set(Some(e.to_string()));
            }
        }
    }

    /// Nothing is set any more where the person has left the page.
    fn set(self, rows: Vec<T>, total: u64, stale: Option<String>) {
        self.total.try_set(total);
        self.rows.try_set(Some(rows));
        self.stale.try_set(stale);
        self.error.try_set(None);
    }
}

/// Where people search a list; the words in it say for what.
#[component]
pub fn Search(list_query: ListQuery, text: Memo<String>, label: &'static str, what: &'static str) -> impl IntoView {
    view! {
        <input
            type="search"
            aria-label=label
            placeholder=what
            style:max-width="360px"
            prop:value=move || text.get()
            on:change=move |event| list_query.go("search", event_target_value(&event))
        />
    }
}

/// In which order a list stands: pairs of a key in the address and a name, the first for an address that says nothing.
#[component]
pub fn Order(
    list_query: ListQuery,
    sort: Memo<String>,
    choices: &'static [(&'static str, &'static str)],
) -> impl IntoView {
    view! {
        <label class="row tight">
            <span class="small soft">"Sort by"</span>
            <select
                style:width="auto"
                aria-label="Sort by"
                prop:value=move || sort.get()
                on:change=move |event| list_query.go("sort", event_target_value(&event))
            >
                {choices.iter().map(|(key, name)| view! { <option value=*key>{*name}</option> }).collect_view()}
            </select>
        </label>
    }
}

/// A list as a table, as cards where there is no room for columns: `head` and a `row` each, `empty` where there are none.
#[component]
pub fn Table<T: Clone + PartialEq + Send + Sync + 'static>(
    id: &'static str,
    rows: RwSignal<Option<Vec<T>>>,
    /// Why there are none: they are not waited for then.
    #[prop(optional)]
    error: Option<RwSignal<Option<String>>>,
    head: fn() -> AnyView,
    row: fn(T) -> AnyView,
    empty: fn() -> AnyView,
) -> impl IntoView {
    // Built again only when something in it differs, not with every block.
    let rows = Memo::new(move |_| rows.get());
    move || match rows.get() {
        None if error.is_some_and(|error| error.with(Option::is_some)) => ().into_any(),
        None => view! { <Ghost lines=5 /> }.into_any(),
        Some(rows) if rows.is_empty() => view! { <div class="panel">{empty()}</div> }.into_any(),
        Some(rows) => view! {
            <div class="panel table-wrap">
                <table class="cards" id=id>
                    <thead>{head()}</thead>
                    <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any(),
    }
}

/// The table, with what is wrong with it above and the way to its other pages below.
#[component]
pub fn Listed<T: Send + Sync + 'static>(list_query: ListQuery, list: Rows<T>, children: Children) -> impl IntoView {
    view! {
        {move || list.stale.get().map(|text| view! { <Notice tone="warn">{text}</Notice> })}
        <Problem error=list.error />
        {children()}
        <Pager
            total=list.total
            offset=list_query.offset
            page=PAGE
            on_turn=Callback::new(move |to: u64| list_query.go("offset", to.to_string()))
        />
    }
}
