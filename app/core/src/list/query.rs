//! What the address of a list asks for.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use serde::{Serialize, de::DeserializeOwned};

/// Parts that every list's address may have.
const SORT: &str = "sort";
const REVERSE: &str = "reverse";
/// What the second says where the order is turned round; everything else says that it is not.
const REVERSED: &str = "true";

/// A state or an order as it stands in addresses and queries.
pub fn key(one_of: impl Serialize) -> String {
    serde_json::to_value(one_of).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The state or order that [`key`] made this of.
pub fn of_key<T: DeserializeOwned>(key: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(key.to_owned())).ok()
}

/// Whether the address asks for less than the whole list: by a search, a filter or a later page.
pub fn is_narrowed() -> Memo<bool> {
    let query = use_query_map();
    let narrows = |name: &str, value: &str| name != SORT && name != REVERSE && !value.is_empty();
    Memo::new(move |_| query.with(|query| query.clone().into_iter().any(|(name, value)| narrows(&name, &value))))
}

/// In which orders a list can stand: pairs of a key in the address and a name, the first for an address that says nothing.
pub type Orders = &'static [(&'static str, &'static str)];

/// What a list's address asks for: search, filters, order, and the first row shown.
#[derive(Clone, Copy)]
pub struct ListQuery {
    pub offset: Memo<u64>,
    /// By which key of `orders`; empty for the order that the list has by itself, and where the address has another key.
    pub sort: Memo<String>,
    pub(super) orders: Orders,
    /// Whether that order is turned round.
    pub reverse: Memo<bool>,
    go: Callback<Change>,
}

/// What the address shall say beside what it says.
struct Change {
    parts: Vec<(&'static str, String)>,
    /// Whether the way back leads past the address as it was.
    replace: bool,
}

impl ListQuery {
    /// Of the page at `route`, whose address may have these parts beside order and offset.
    pub fn new<const PARTS: usize>(
        route: &'static str,
        names: [&'static str; PARTS],
        orders: Orders,
    ) -> (Self, [Memo<String>; PARTS]) {
        let query = use_query_map();
        let navigate = use_navigate();
        let part = move |name: &'static str| Memo::new(move |_| query.with(|q| q.get(name)).unwrap_or_default());
        let parts = names.map(part);
        let (asked, reversed) = (part(SORT), part(REVERSE));
        let sort = Memo::new(move |_| {
            let known = asked.with(|asked| orders.iter().find(|(key, _)| key == asked));
            known.map_or("", |(key, _)| *key).to_owned()
        });
        let offset = Memo::new(move |_| query.with(|q| q.get("offset")).and_then(|o| o.parse().ok()).unwrap_or(0));
        let go = Callback::new(move |change: Change| {
            let own = names.iter().copied().zip(parts).chain([(SORT, sort), (REVERSE, reversed)]);
            let mut said = Vec::new();
            for (name, part) in own {
                let changed = change.parts.iter().find(|(changed, _)| *changed == name).map(|(_, value)| value.clone());
                let value = changed.unwrap_or_else(|| part.get_untracked());
                if !value.is_empty() {
                    said.push(format!("{name}={}", js_sys::encode_uri_component(&value)));
                }
            }
            // Whatever else is asked for, its first rows come first.
            said.extend(
                change.parts.iter().filter(|(name, _)| *name == "offset").map(|(_, to)| format!("offset={to}")),
            );
            let address = if said.is_empty() { route.to_owned() } else { format!("{route}?{}", said.join("&")) };
            navigate(&address, NavigateOptions { replace: change.replace, scroll: false, ..Default::default() });
        });
        let reverse = Memo::new(move |_| reversed.with(|reversed| reversed == REVERSED));
        (Self { offset, sort, orders, reverse, go }, parts)
    }

    /// Asks for something else.
    pub fn go(self, name: &'static str, value: String) {
        self.go.run(Change { parts: vec![(name, value)], replace: false });
    }

    /// Asks for something else while a person types: the way back leads past the letters in between.
    pub fn go_typing(self, name: &'static str, value: String) {
        self.go.run(Change { parts: vec![(name, value)], replace: true });
    }

    /// Sorts by a key; by the one that it is sorted by already, the other way round.
    pub fn sort_by(self, key: &str) {
        let is_same = self.sort.with_untracked(|sort| sort == key);
        let reverse = is_same && !self.reverse.get_untracked();
        self.order(key.to_owned(), reverse);
    }

    /// Sorts by a key, as it is by itself or turned round.
    pub fn order(self, key: String, reverse: bool) {
        let reverse = if reverse { REVERSED.to_owned() } else { String::new() };
        self.go.run(Change { parts: vec![(SORT, key), (REVERSE, reverse)], replace: false });
    }

    /// The order as queries ask for it: by which of these, and whether it is turned round.
    pub fn asked<T: DeserializeOwned>(self) -> (Option<T>, Option<bool>) {
        (self.sort.with(|sort| of_key(sort)), self.reverse.get().then_some(true))
    }
}
