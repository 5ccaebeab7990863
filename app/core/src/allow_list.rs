//! The safety switch. Names, descriptions and originals are texts and pictures from strangers; while the switch is on,
//! they are shown only for models on this person's list.

use std::collections::BTreeSet;

use leptos::prelude::*;
use protocol::Address;

use crate::storage;

const SWITCH: &str = "safety";
const ALLOWED: &str = "safety.allowed";

/// The switch and the list; a context.
#[derive(Clone, Copy)]
pub struct AllowList {
    pub on: RwSignal<bool>,
    pub models: RwSignal<BTreeSet<Address>>,
}

impl AllowList {
    pub fn load() -> Self {
        let models = storage::read(ALLOWED).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let list = Self { on: RwSignal::new(storage::read(SWITCH).is_some()), models: RwSignal::new(models) };
        Effect::new(move || {
            if list.on.get() {
                storage::write(SWITCH, "on")
            } else {
                storage::remove(SWITCH)
            }
            if let Ok(text) = list.models.with(serde_json::to_string) {
                storage::write(ALLOWED, &text);
            }
        });
        list
    }

    /// Whether what strangers wrote about this model is shown.
    pub fn shows(self, model: Address) -> bool {
        !self.on.get() || self.models.with(|m| m.contains(&model))
    }

    /// Puts a model on the list, or takes it off.
    pub fn set(self, model: Address, allowed: bool) {
        self.models.update(|models| {
            if allowed {
                models.insert(model)
            } else {
                models.remove(&model)
            };
        });
    }

    /// The name of a model, or its address where the name is hidden or not known.
    pub fn name(self, model: Address, name: Option<&str>) -> String {
        match name {
            Some(name) if self.shows(model) => dataset::plain(name),
            _ => format!("Model {}", model.short()),
        }
    }
}
