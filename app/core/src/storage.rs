//! Small settings in `localStorage`. A browser that forbids it only forgets them.

fn store() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The key as other tabs see it.
pub fn name(key: &str) -> String {
    format!("modelmarket.{key}")
}

pub fn read(key: &str) -> Option<String> {
    store()?.get_item(&name(key)).ok()?
}

pub fn write(key: &str, value: &str) {
    if let Some(store) = store() {
        let _ = store.set_item(&name(key), value);
    }
}

pub fn remove(key: &str) {
    if let Some(store) = store() {
        let _ = store.remove_item(&name(key));
    }
}
