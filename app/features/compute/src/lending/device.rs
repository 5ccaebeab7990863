//! What this machine has, as far as a browser says it.

use js_sys::Reflect;
use leptos::prelude::window;

/// Bytes of memory where the browser does not say how much there is.
const UNKNOWN: u64 = 2 << 30;
const GIB: f64 = (1_u64 << 30) as f64;

/// A machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    pub cores: u32,
    /// Bytes; browsers tell no more than 8 GiB.
    pub memory: u64,
    /// Whether the browser said so.
    pub is_told: bool,
}

impl Device {
    /// This one.
    pub fn here() -> Self {
        let navigator = window().navigator();
        let told = Reflect::get(&navigator, &"deviceMemory".into()).ok().and_then(|gib| gib.as_f64());
        let told = told.filter(|gib| *gib > 0.0);
        Self {
            cores: (navigator.hardware_concurrency() as u32).max(1),
            memory: told.map_or(UNKNOWN, |gib| (gib * GIB) as u64),
            is_told: told.is_some(),
        }
    }
}
