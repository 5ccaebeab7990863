//! Keeping up with jobs and providers, for the pages that show them.

use std::sync::Arc;

use app_core::{
    chain::{Computing, Reader},
    newest,
};
use leptos::prelude::*;

/// What the chain has.
#[derive(Clone, Copy)]
pub struct Known {
    pub computing: RwSignal<Option<Arc<Computing>>>,
    /// Why it could not be read last.
    pub error: RwSignal<Option<String>>,
}

impl Known {
    /// Reads now, and again with each block as long as whoever asks is shown.
    pub fn follow() -> Self {
        let known = Self { computing: RwSignal::new(None), error: RwSignal::new(None) };
        newest::follow(known.computing, known.error, Reader::computing);
        known
    }
}
