//! Logs that were read before, in IndexedDB, so that no history is read twice. What is kept is checked against the
//! chain by the hash of its last block; a browser that keeps nothing only reads more.

use std::rc::Rc;

use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, Query, TransactionMode};
use protocol::{Digest, api::LogRow};
use rpc::RawLog;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

const NAME: &str = "modelmarket-logs";
const VERSION: u32 = 1;
const STORE: &str = "logs";

/// Logs of one question up to a block.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kept {
    /// The last block that was read.
    pub block: u64,
    pub hash: Digest,
    pub logs: Vec<RawLog>,
    /// Up to this block they were taken from the server; zero where all came from a node.
    pub offered: u64,
}

#[derive(Serialize, Deserialize)]
struct StoredLogs {
    block: u64,
    hash: Digest,
    logs: Vec<LogRow>,
    #[serde(default)]
    offered: u64,
}

/// The logs of a question, by its key.
pub async fn load(key: &str) -> Option<Kept> {
    let transaction = open().await.ok()?.transaction(&[STORE], TransactionMode::ReadOnly).ok()?;
    let value = transaction.object_store(STORE).ok()?.get(Query::Key(JsValue::from_str(key))).ok()?.await.ok()??;
    let stored: StoredLogs = serde_json::from_str(&value.as_string()?).ok()?;
    let logs = stored.logs.into_iter().map(RawLog::of_row).collect::<Option<_>>()?;
    Some(Kept { block: stored.block, hash: stored.hash, logs, offered: stored.offered })
}

/// Keeps the logs of a question. What cannot be kept is read again.
pub async fn store(key: &str, kept: &Kept) {
    let logs = kept.logs.iter().map(LogRow::from).collect();
    let stored = StoredLogs { block: kept.block, hash: kept.hash, logs, offered: kept.offered };
    // A browser that forbids it, or has no room, is no worse off than before.
    let _ = write(key, &stored).await;
}

/// Forgets the logs of a question.
pub async fn remove(key: &str) {
    // What cannot be removed is found to be wrong again in the next visit.
    let _ = delete(key).await;
}

async fn delete(key: &str) -> Result<(), idb::Error> {
    let transaction = open().await?.transaction(&[STORE], TransactionMode::ReadWrite)?;
    transaction.object_store(STORE)?.delete(Query::Key(JsValue::from_str(key)))?.await?;
    transaction.commit()?.await?;
    Ok(())
}

async fn write(key: &str, stored: &StoredLogs) -> Result<(), idb::Error> {
    let Ok(text) = serde_json::to_string(stored) else { return Ok(()) };
    let transaction = open().await?.transaction(&[STORE], TransactionMode::ReadWrite)?;
    transaction.object_store(STORE)?.put(&JsValue::from_str(&text), Some(&JsValue::from_str(key)))?.await?;
    transaction.commit()?.await?;
    Ok(())
}

async fn open() -> Result<Rc<Database>, idb::Error> {
    let mut request = Factory::new()?.open(NAME, Some(VERSION))?;
    request.on_upgrade_needed(|event| {
        if let Ok(database) = event.database() {
            // A store that cannot be made shows as an error on first use.
            let _ = database.create_object_store(STORE, ObjectStoreParams::new());
        }
    });
    Ok(Rc::new(request.await?))
}
