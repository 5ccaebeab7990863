//! What the tabs of a model's page share.

use std::collections::BTreeMap;

use leptos::prelude::*;
use protocol::{Address, Digest};
use shared_model::{Model, ModelMetadata, state::Wanted};

use app_core::{allow_list::AllowList, chain::ModelHistory};

/// What the tabs of this page share.
#[derive(Clone, Copy)]
pub struct ModelContext {
    pub address: Address,
    pub history: RwSignal<Option<ModelHistory>>,
    /// The model as far as actions need it, while its history is still being read.
    pub known: RwSignal<Option<Model>>,
    /// What more the tabs want to know of it meanwhile.
    pub wanted: RwSignal<Wanted>,
    /// What the contract says to the samples of contributions that are known meanwhile, by key.
    pub predicted: RwSignal<BTreeMap<Digest, u16>>,
    /// `None` until fetched; an error is a sentence.
    pub metadata: RwSignal<Option<Result<ModelMetadata, String>>>,
    pub allowed: AllowList,
}

impl ModelContext {
    /// What the model says to the sample of a contribution of its own now; the label itself where that is not known.
    pub fn says(self, key: &Digest, sample: &[u8], label: u16) -> u16 {
        match self.history.with(Option::is_some) {
            true => self.history.with(|h| h.as_ref().map_or(label, |h| h.predicted(sample, label))),
            false => self.predicted.with(|all| all.get(key).copied().unwrap_or(label)),
        }
    }

    /// Reads the model: from its history, and until that is there as far as people need it to act.
    pub fn with_model<T>(self, read: impl FnOnce(&Model) -> T) -> Option<T> {
        match self.history.with(Option::is_some) {
            true => self.history.with(|h| h.as_ref().map(|h| read(&h.model))),
            false => self.known.with(|known| known.as_ref().map(read)),
        }
    }

    /// The same now, for what is not built again when it changes.
    pub fn with_model_now<T>(self, read: impl FnOnce(&Model) -> T) -> Option<T> {
        untrack(|| self.with_model(read))
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
