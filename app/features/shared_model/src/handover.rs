//! A model that another page made, on its way to `/models/new`.

use leptos::prelude::*;
use shared_model::ModelFile;

/// A trained model with its test set.
#[derive(Clone)]
pub struct Handover {
    pub file: ModelFile,
    /// The hidden test set as it is published: bytes and number of rows.
    pub test: (Vec<u8>, u32),
}

/// What was handed over and not taken yet; a context.
#[derive(Clone, Copy)]
pub struct Handovers(RwSignal<Option<Handover>>);

impl Handovers {
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Hands a model over, in place of one that nobody took.
    pub fn give(self, model: Handover) {
        self.0.set(Some(model));
    }

    /// Takes what was handed over.
    pub fn take(self) -> Option<Handover> {
        self.0.try_update(Option::take).flatten()
    }
}

impl Default for Handovers {
    fn default() -> Self {
        Self::new()
    }
}
