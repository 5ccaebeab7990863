//! What a person typed and has not sent: kept in this browser, so that a reload or a crash loses nothing of it.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::storage;
use app_ui::messages::notice::Notice;

fn key(name: &str) -> String {
    format!("draft.{name}")
}

/// What was kept under a name; nothing where none was, or where an older page wrote it in another form.
pub fn read<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_str(&storage::read(&key(name))?).ok()
}

/// Keeps it in place of what was kept under this name.
pub fn write(name: &str, typed: &impl Serialize) {
    if let Ok(text) = serde_json::to_string(typed) {
        storage::write(&key(name), &text);
    }
}

/// Once it was sent.
pub fn forget(name: &str) {
    storage::remove(&key(name));
}

/// A field, by the name under which it is kept.
type Field = (&'static str, RwSignal<String>);

/// Text fields of a form, kept together.
#[derive(Clone, Copy)]
pub struct Draft {
    name: &'static str,
    fields: StoredValue<Vec<Field>>,
    /// What stood in them before anything was kept.
    first: StoredValue<Vec<String>>,
    /// Whether something of an earlier visit was filled in, and nobody has begun anew.
    is_filled_in: RwSignal<bool>,
    is_sent: StoredValue<bool>,
}

impl Draft {
    /// Fills in what was kept, and keeps what is typed from now on. Lives as long as what calls it.
    pub fn of<const FIELDS: usize>(name: &'static str, fields: [Field; FIELDS]) -> Self {
        let first = fields.iter().map(|(_, field)| field.get_untracked()).collect();
        let kept: BTreeMap<String, String> = read(name).unwrap_or_default();
        let mut is_filled_in = false;
        for (field, typed) in fields.iter().filter_map(|(name, field)| Some((field, kept.get(*name)?))) {
            if field.with_untracked(|now| now != typed) {
                field.set(typed.clone());
                is_filled_in = true;
            }
        }
        let draft = Self {
            name,
            fields: StoredValue::new(fields.to_vec()),
            first: StoredValue::new(first),
            is_filled_in: RwSignal::new(is_filled_in),
            is_sent: StoredValue::new(false),
        };
        Effect::new(move || draft.keep());
        draft
    }

    /// Keeps what differs from what stood there first: a form that nobody touched keeps nothing.
    fn keep(self) {
        let typed: BTreeMap<&str, String> = self.fields.with_value(|fields| {
            let first = self.first.get_value();
            let now = fields.iter().zip(first).map(|((name, field), first)| (*name, field.get(), first));
            now.filter(|(_, now, first)| now != first).map(|(name, now, _)| (name, now)).collect()
        });
        if typed.is_empty() || self.is_sent.get_value() { forget(self.name) } else { write(self.name, &typed) }
    }

    /// Whether something of an earlier visit was filled in, and nobody has begun anew.
    pub fn is_filled_in(self) -> bool {
        self.is_filled_in.get_untracked()
    }

    /// It was sent: nothing of it is kept any more, while the fields stay as they are.
    pub fn sent(self) {
        self.is_sent.set_value(true);
        forget(self.name);
    }

    /// Puts back what stood in the fields first, for another one.
    pub fn begin_anew(self) {
        // The page may be gone before the change of its fields is told.
        forget(self.name);
        self.is_sent.set_value(false);
        self.is_filled_in.set(false);
        for ((_, field), first) in self.fields.get_value().into_iter().zip(self.first.get_value()) {
            field.set(first);
        }
    }
}

/// Says that something of an earlier visit was filled in, with the way back.
#[component]
pub fn FilledIn(draft: Draft) -> impl IntoView {
    view! {
        <Show when=move || draft.is_filled_in.get()>
            <Notice>
                "What you typed here before is filled in; it was kept in this browser and nowhere else. "
                <button class="button small quiet" type="button" on:click=move |_| draft.begin_anew()>
                    "Begin anew"
                </button>
            </Notice>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use leptos::{prelude::*, task::tick};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn form() -> (Owner, Draft, [RwSignal<String>; 2]) {
        let owner = Owner::new();
        let (draft, fields) = owner.with(|| {
            let fields = [RwSignal::new(String::new()), RwSignal::new("100".to_owned())];
            (Draft::of("test", [("title", fields[0]), ("reward", fields[1])]), fields)
        });
        (owner, draft, fields)
    }

    #[wasm_bindgen_test]
    async fn what_was_typed_is_there_again_until_it_is_begun_anew() {
        forget("test");
        let (owner, draft, [title, _]) = form();
        tick().await;
        assert!(!draft.is_filled_in.get_untracked());
        assert_eq!(storage::read(&key("test")), None, "nobody typed anything");
        title.set("Iris".into());
        tick().await;
        drop(owner);

        let (owner, draft, [title, reward]) = form();
        assert_eq!((title.get_untracked().as_str(), reward.get_untracked().as_str()), ("Iris", "100"));
        assert!(draft.is_filled_in.get_untracked());
        draft.begin_anew();
        tick().await;
        assert_eq!(title.get_untracked(), "");
        drop(owner);
        let (_owner, draft, [_, reward]) = form();
        assert!(!draft.is_filled_in.get_untracked());

        reward.set("5".into());
        draft.sent();
        let (_second, draft, [_, reward]) = form();
        assert!(!draft.is_filled_in.get_untracked(), "what was sent is no draft");

        draft.sent();
        draft.begin_anew();
        reward.set("7".into());
        tick().await;
        let (_owner, draft, [_, reward]) = form();
        assert!(draft.is_filled_in.get_untracked(), "what is typed after that is one again");
        assert_eq!(reward.get_untracked(), "7");
        forget("test");
    }

    #[wasm_bindgen_test]
    fn what_an_older_page_kept_in_another_form_is_left_out() {
        storage::write(&key("test"), "[1, 2");
        let (_owner, draft, [title, _]) = form();
        assert!(!draft.is_filled_in.get_untracked());
        assert_eq!(title.get_untracked(), "");
    }
}
