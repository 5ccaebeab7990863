//! IndexedDB behind the vault: one store of entries (JSON text), one of files (bytes), same keys.

use std::rc::Rc;

use idb::{Database as Idb, DatabaseEvent, Factory, ObjectStoreParams, Query, TransactionMode};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

use super::{Entry, VaultError};

const NAME: &str = "modelmarket-vault";
const VERSION: u32 = 1;
const ENTRIES: &str = "entries";
const FILES: &str = "files";

#[derive(Clone)]
pub struct Database(Rc<Idb>);

impl From<idb::Error> for VaultError {
    fn from(error: idb::Error) -> Self {
        Self(error.to_string())
    }
}

impl Database {
    pub async fn open() -> Result<Self, VaultError> {
        let mut request = Factory::new()?.open(NAME, Some(VERSION))?;
        request.on_upgrade_needed(|event| {
            if let Ok(database) = event.database() {
                for store in [ENTRIES, FILES] {
                    // A store that cannot be made shows as an error on first use.
                    let _ = database.create_object_store(store, ObjectStoreParams::new());
                }
            }
        });
        Ok(Self(Rc::new(request.await?)))
    }

    pub async fn put(&self, key: &str, entry: &Entry, file: &[u8]) -> Result<(), VaultError> {
        let text = serde_json::to_string(entry).map_err(|e| VaultError(e.to_string()))?;
        let transaction = self.0.transaction(&[ENTRIES, FILES], TransactionMode::ReadWrite)?;
        let key = JsValue::from_str(key);
        transaction.object_store(ENTRIES)?.put(&JsValue::from_str(&text), Some(&key))?.await?;
        transaction.object_store(FILES)?.put(&Uint8Array::from(file), Some(&key))?.await?;
        transaction.commit()?.await?;
        Ok(())
    }

    pub async fn entries(&self) -> Result<Vec<Entry>, VaultError> {
        let transaction = self.0.transaction(&[ENTRIES], TransactionMode::ReadOnly)?;
        let values = transaction.object_store(ENTRIES)?.get_all(None, None)?.await?;
        // An entry of a version this page does not know is left alone.
        Ok(values.iter().filter_map(|v| serde_json::from_str(&v.as_string()?).ok()).collect())
    }

    pub async fn file(&self, key: &str) -> Result<Option<Vec<u8>>, VaultError> {
        let transaction = self.0.transaction(&[FILES], TransactionMode::ReadOnly)?;
        let key = Query::Key(JsValue::from_str(key));
        let value = transaction.object_store(FILES)?.get(key)?.await?;
        Ok(value.and_then(|v| v.dyn_into::<Uint8Array>().ok()).map(|bytes| bytes.to_vec()))
    }

    pub async fn delete(&self, key: &str) -> Result<(), VaultError> {
        let transaction = self.0.transaction(&[ENTRIES, FILES], TransactionMode::ReadWrite)?;
        for store in [ENTRIES, FILES] {
            transaction.object_store(store)?.delete(Query::Key(JsValue::from_str(key)))?.await?;
        }
        transaction.commit()?.await?;
        Ok(())
    }
}
