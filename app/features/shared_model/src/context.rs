//! What the tabs of a model's page share.

use leptos::prelude::*;
use protocol::Address;
use shared_model::{Model, ModelMetadata};

use app_core::{allow_list::AllowList, chain::ModelHistory};

/// What the tabs of this page share.
#[derive(Clone, Copy)]
pub struct ModelContext {
    pub address: Address,
    pub history: RwSignal<Option<ModelHistory>>,
    /// The model as far as actions need it, while its history is still being read.
    pub known: RwSignal<Option<Model>>,
    /// `None` until fetched; an error is a sentence.
    pub metadata: RwSignal<Option<Result<ModelMetadata, String>>>,
    pub allowed: AllowList,
}

impl ModelContext {
    /// Reads the model as far as predicting, teaching and withdrawing need it.
    pub fn with_model<T>(self, read: impl FnOnce(&Model) -> T) -> Option<T> {
        match self.history.with(Option::is_some) {
            true => self.history.with(|h| h.as_ref().map(|h| read(&h.model))),
            false => self.known.with(|known| known.as_ref().map(read)),
        }
    }

    /// Whether texts and pictures of strangers are shown.
    pub fn texts(self) -> bool {
        self.allowed.shows(self.address)
    }

    pub fn name(self) -> String {
        self.metadata.with(|m| {
            let name = m.as_ref().and_then(|m| m.as_ref().ok()).map(|m| m.name.as_str());
            self.allowed.name(self.address, name)
        })
    }

    /// Name of a class: as its owner wrote it, or as it was proposed.
    pub fn class(self, label: u16) -> String {
        let hidden = || format!("Class {label}");
        if !self.texts() {
            return hidden();
        }
        let written = self.metadata.with(|m| {
            m.as_ref().and_then(|m| m.as_ref().ok()).and_then(|m| m.classes.get(usize::from(label)).cloned())
        });
        let proposed = || {
            self.history.with(|h| {
                let proposals = h.as_ref().map(|h| &h.model.proposals)?;
                proposals.iter().find(|p| p.index == Some(label)).map(|p| p.name.clone())
            })
        };
        written.or_else(proposed).unwrap_or_else(hidden)
    }

    /// Names of all classes that there are now.
    pub fn classes(self) -> Vec<String> {
        let classes = self.with_model(|model| model.classes).unwrap_or(0);
        (0..classes).map(|label| self.class(label)).collect()
    }
}
