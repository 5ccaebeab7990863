//! A model that another page got, on its way to *Run your own model*.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use web_sys::File;

/// What was handed over and not taken yet; a context.
#[derive(Clone, Copy)]
pub struct OwnModels(RwSignal<Option<File>, LocalStorage>);

impl OwnModels {
    pub fn new() -> Self {
        Self(RwSignal::new_local(None))
    }

    /// Hands an ONNX model over as a file of this name, in place of one that nobody took.
    pub fn give(self, name: &str, model: &[u8]) {
        let parts = Array::of1(&Uint8Array::from(model));
        // Where the browser makes no file of it, the page that follows asks for one.
        self.0.set(File::new_with_u8_array_sequence(&parts, name).ok());
    }

    /// Takes what was handed over.
    pub fn take(self) -> Option<File> {
        self.0.try_update(Option::take).flatten()
    }
}

impl Default for OwnModels {
    fn default() -> Self {
        Self::new()
    }
}
