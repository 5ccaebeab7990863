//! The rows that a model is asked about, found by the CIDs that its creator committed to.

use std::sync::Arc;

use protocol::{
    cid::Cid,
    shared_model::{Event, LoggedEvent, ModelMetadata, TestSet, metadata::MAX_METADATA, test_set::MAX_TEST_BYTES},
};
use tokio::task::spawn_blocking;

use super::{AccuracyError, twin::Rows};
use crate::{
    content::{ContentStore, originals},
    db::{Db, to_db},
};

/// Looks test sets up in the store.
#[derive(Clone)]
pub struct TestSets {
    pub db: Db,
    pub store: Arc<dyn ContentStore>,
}

impl TestSets {
    /// CID and rows of the test set of a model, by its creation. `None` where it committed to none, or metadata or test
    /// set are not stored here, or are not what they should be.
    ///
    /// # Errors
    /// [`AccuracyError`] when store or database fail.
    pub(super) async fn of(&self, created: &LoggedEvent) -> Result<Option<(Cid, Rows)>, AccuracyError> {
        let Event::Created { shape, metadata_cid, .. } = &created.event else { return Ok(None) };
        let Ok(metadata_cid) = metadata_cid.parse() else { return Ok(None) };
        let Some(bytes) = self.read(&metadata_cid, MAX_METADATA as u64).await? else { return Ok(None) };
        let Some(committed) = ModelMetadata::parse(&bytes).ok().and_then(|metadata| metadata.test) else {
            return Ok(None);
        };
        let Some(bytes) = self.read(&committed.cid, MAX_TEST_BYTES as u64).await? else { return Ok(None) };
        let shape = shape.clone();
        let rows = spawn_blocking(move || TestSet::parse(&shape, &bytes).ok().map(|set| set.rows)).await?;
        self.note(&committed.cid, rows.as_ref().map(Vec::len)).await?;
        Ok(rows.map(|rows| (committed.cid, rows)))
    }

    async fn read(&self, cid: &Cid, most: u64) -> Result<Option<Vec<u8>>, AccuracyError> {
        match self.store.size(cid).await? {
            Some(size) if size <= most => Ok(Some(originals::read(&*self.store, cid, size).await?)),
            _ => Ok(None),
        }
    }

    /// Notes for the API whether there is a test set.
    async fn note(&self, cid: &Cid, rows: Option<usize>) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO test_sets (cid, rows_found) VALUES ($1, $2) \
             ON CONFLICT (cid) DO UPDATE SET rows_found = excluded.rows_found",
        )
        .bind(cid.to_string())
        .bind(rows.map(|rows| to_db(rows as u64)))
        .execute(&self.db.pool)
        .await
        .map(drop)
    }
}
