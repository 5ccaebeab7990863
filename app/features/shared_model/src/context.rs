//! What the tabs of a model's page share.

use std::collections::BTreeMap;

use leptos::prelude::*;
use protocol::{Address, Digest};
use shared_model::{Model, ModelMetadata, state::Wanted};

use app_core::{allow_list::AllowList, chain::ModelHistory};

/// A description as the page holds it: name and text without marks that turn the direction of writing. Names of classes and
/// words of the encoder stay, since tables are read by them.
pub fn shown(metadata: ModelMetadata) -> ModelMetadata {
    let (name, description) = (dataset::plain(&metadata.name), dataset::plain(&metadata.description));
    ModelMetadata { name, description, ..metadata }
}

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

    /// The same now, for what is not built again when it changes; `None` besides where the page was left meanwhile.
    pub fn with_model_now<T>(self, read: impl FnOnce(&Model) -> T) -> Option<T> {
        match self.history.try_with_untracked(Option::is_some)? {
            true => self.history.try_with_untracked(|h| h.as_ref().map(|h| read(&h.model)))?,
            false => self.known.try_with_untracked(|known| known.as_ref().map(read))?,
        }
    }

    /// Whether the page is still there: what was waited for may come after it was left.
    pub fn is_there(self) -> bool {
        self.history.try_with_untracked(Option::is_some).is_some()
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

    /// Name of a class as it is shown.
    pub fn class(self, label: u16) -> String {
        let written = if self.texts() { self.class_as_written(label) } else { None };
        written.map_or_else(|| format!("Class {label}"), |name| dataset::plain(&name))
    }

    /// Name of a class as its owner wrote it, or as it was proposed.
    pub fn class_as_written(self, label: u16) -> Option<String> {
        let written = self.metadata.with(|m| {
            m.as_ref().and_then(|m| m.as_ref().ok()).and_then(|m| m.classes.get(usize::from(label)).cloned())
        });
        let proposed = || {
            self.history.with(|h| {
                let proposals = h.as_ref().map(|h| &h.model.proposals)?;
                proposals.iter().find(|p| p.index == Some(label)).map(|p| p.name.clone())
            })
        };
        written.or_else(proposed)
    }

    /// Names of all classes that there are now, as they are shown.
    pub fn classes(self) -> Vec<String> {
        (0..self.number_of_classes()).map(|label| self.class(label)).collect()
    }

    /// The same as they were written: tables name classes so.
    pub fn classes_as_written(self) -> Vec<String> {
        let name = |label| self.class_as_written(label).unwrap_or_else(|| self.class(label));
        (0..self.number_of_classes()).map(name).collect()
    }

    fn number_of_classes(self) -> u16 {
        self.with_model(|model| model.classes).unwrap_or(0)
    }
}
