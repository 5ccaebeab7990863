//! A list as a table, and what stands around it.

use app_ui::{
    controls::pager::Pager,
    format,
    messages::{
        empty::Ghost,
        notice::{Notice, Problem},
    },
};
use leptos::{ev::MouseEvent, prelude::*, wasm_bindgen::JsCast, web_sys::Element};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{Column, Heads, ListQuery, PAGE, Rows};

/// A list as a table, as cards where there is no room for columns: a `row` each, `empty` where there are none.
#[component]
pub fn Table<T: Clone + PartialEq + Send + Sync + 'static>(
    id: &'static str,
    rows: RwSignal<Option<Vec<T>>>,
    /// Why there are none: they are not waited for then.
    #[prop(optional)]
    error: Option<RwSignal<Option<String>>>,
    columns: &'static [Column],
    /// By which its columns are sorted.
    #[prop(optional_no_strip)]
    list_query: Option<ListQuery>,
    row: fn(T) -> AnyView,
    empty: fn() -> AnyView,
) -> impl IntoView {
    // Built again only when something in it differs, not with every block.
    let read = Memo::new(move |_| rows.get());
    let is_empty = Memo::new(move |_| read.with(|rows| rows.as_ref().map(Vec::is_empty)));
    // The heads stay while the rows below change: a person may stand on one with the keyboard.
    move || match is_empty.get() {
        None if error.is_some_and(|error| error.with(Option::is_some)) => ().into_any(),
        None => view! { <Ghost lines=5 /> }.into_any(),
        Some(true) => view! { <div class="panel">{empty()}</div> }.into_any(),
        Some(false) => view! {
            <div class="panel table-wrap">
                <table class="cards wide" id=id>
                    <thead>
                        <Heads columns=columns list_query=list_query />
                    </thead>
                    <tbody>{move || read.get().unwrap_or_default().into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any(),
    }
}

/// What a press on a row does: it opens the page at `href`, unless a link or a button in the row was pressed.
pub fn opens(href: String) -> impl Fn(MouseEvent) {
    let navigate = use_navigate();
    move |event| {
        let pressed = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if pressed.and_then(|pressed| pressed.closest("a, button").ok().flatten()).is_none() {
            navigate(&href, NavigateOptions::default());
        }
    }
}

/// The table, with how many rows there are and what is wrong with it above, and the way to its other pages below.
#[component]
pub fn Listed<T: Send + Sync + 'static>(
    list_query: ListQuery,
    list: Rows<T>,
    /// What one row is: "bounty".
    one: &'static str,
    /// What several are.
    many: &'static str,
    children: Children,
) -> impl IntoView {
    let found = move || {
        let total = list.rows.with(Option::is_some).then(|| list.total.get())?;
        Some(format!("{} {}", format::count(total), if total == 1 { one } else { many }))
    };
    view! {
        {move || list.stale.get().map(|text| view! { <Notice tone="warn">{text}</Notice> })}
        <Problem error=list.error />
        <p id="found" class="small soft" role="status">{found}</p>
        {children()}
        <Pager
            total=list.total
            offset=list_query.offset
            page=PAGE
            on_turn=Callback::new(move |to: u64| list_query.go("offset", to.to_string()))
        />
    }
}
