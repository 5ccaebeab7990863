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
        Self::Storage(error.to_string())
    }
}

impl Database {
    pub async fn open() -> Result<Self, VaultError> {
        Self::open_named(NAME).await
    }

    pub async fn open_named(name: &str) -> Result<Self, VaultError> {
        let mut request = Factory::new()?.open(name, Some(VERSION))?;
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

    /// Puts a file under a key. Other bytes that stand there move to where `earlier` says, and bytes are not replaced
    /// by none. All of it is one transaction, so that another tab sees either state.
    pub async fn put(
        &self,
        key: &str,
        entry: &Entry,
        file: &[u8],
        earlier: impl Fn(&Entry, &[u8]) -> Entry,
    ) -> Result<(), VaultError> {
        let transaction = self.0.transaction(&[ENTRIES, FILES], TransactionMode::ReadWrite)?;
        let (entries, files) = (transaction.object_store(ENTRIES)?, transaction.object_store(FILES)?);
        let at = JsValue::from_str(key);
        let there = files.get(Query::Key(at.clone()))?.await?.map(bytes).unwrap_or_default();
        if !there.is_empty() && there != file {
            if file.is_empty() {
                return Ok(());
            }
            let text = entries.get(Query::Key(at.clone()))?.await?;
            if let Some(replaced) = text.as_ref().and_then(parsed) {
                let kept = earlier(&replaced, &there);
                let place = JsValue::from_str(&kept.superhash.to_string());
                entries.put(&written(&kept)?, Some(&place))?.await?;
                files.put(&Uint8Array::from(&there[..]), Some(&place))?.await?;
            }
        }
        entries.put(&written(entry)?, Some(&at))?.await?;
        files.put(&Uint8Array::from(file), Some(&at))?.await?;
        transaction.commit()?.await?;
        Ok(())
    }

    pub async fn entries(&self) -> Result<Vec<Entry>, VaultError> {
        let transaction = self.0.transaction(&[ENTRIES], TransactionMode::ReadOnly)?;
        let values = transaction.object_store(ENTRIES)?.get_all(None, None)?.await?;
        // An entry of a version this page does not know is left alone.
        Ok(values.iter().filter_map(parsed).collect())
    }

    pub async fn file(&self, key: &str) -> Result<Option<Vec<u8>>, VaultError> {
        let transaction = self.0.transaction(&[FILES], TransactionMode::ReadOnly)?;
        let key = Query::Key(JsValue::from_str(key));
        let value = transaction.object_store(FILES)?.get(key)?.await?;
        Ok(value.map(bytes))
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

fn written(entry: &Entry) -> Result<JsValue, VaultError> {
    let text = serde_json::to_string(entry).map_err(|e| VaultError::Storage(e.to_string()))?;
    Ok(JsValue::from_str(&text))
}

fn parsed(text: &JsValue) -> Option<Entry> {
    serde_json::from_str(&text.as_string()?).ok()
}

fn bytes(value: JsValue) -> Vec<u8> {
    value.dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default()
}
