//! Keeping up with who learns together, for the pages that show it.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    chain::{Learning, Reader},
    newest,
};

/// What the chain has.
#[derive(Clone, Copy)]
pub struct Known {
    pub learning: RwSignal<Option<Arc<Learning>>>,
    /// Why it could not be read last.
    pub error: RwSignal<Option<String>>,
}

impl Known {
    /// Reads now, and again with each block as long as whoever asks is shown.
    pub fn follow() -> Self {
        let known = Self { learning: RwSignal::new(None), error: RwSignal::new(None) };
        newest::follow(known.learning, known.error, Reader::learning);
        known
    }
}
