//! Whether the browser may throw the vault away when it runs short of space.

use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::StorageManager;

/// What the browser promises about what the page keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Kept until the person deletes it.
    Persistent,
    /// May be cleared when space runs short, or after some time without a visit.
    BestEffort,
    /// This browser does not say.
    Unknown,
}

impl Durability {
    /// As it is now, without asking for more.
    pub async fn now() -> Self {
        let Some(storage) = storage() else { return Self::Unknown };
        let Ok(promise) = storage.persisted() else { return Self::Unknown };
        JsFuture::from(promise).await.map_or(Self::Unknown, answer)
    }

    /// Asks the browser to keep the vault; some ask the person, some decide by themselves.
    pub async fn ask() -> Self {
        let Some(storage) = storage() else { return Self::Unknown };
        let Ok(promise) = storage.persist() else { return Self::Unknown };
        JsFuture::from(promise).await.map_or(Self::Unknown, answer)
    }
}

fn answer(granted: impl Into<wasm_bindgen::JsValue>) -> Durability {
    if granted.into().is_truthy() { Durability::Persistent } else { Durability::BestEffort }
}

/// Asks when the first file is kept, which is when it matters. Keeping does not wait for a person's answer.
pub fn ask_to_persist() {
    spawn_local(async {
        if Durability::now().await == Durability::BestEffort {
            Durability::ask().await;
        }
    });
}

/// Missing outside of secure contexts.
fn storage() -> Option<StorageManager> {
    let navigator = web_sys::window()?.navigator();
    let storage = js_sys::Reflect::get(&navigator, &"storage".into()).ok()?;
    (!storage.is_undefined()).then(|| navigator.storage())
}
