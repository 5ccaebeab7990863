//! The rows that a model is asked about, found by the CIDs that its creator committed to.

use std::sync::Arc;

use content::{ContentStore, read_whole};
use protocol::cid::Cid;
use shared_model::{Event, LoggedEvent, ModelMetadata, TestSet, metadata::MAX_METADATA, test_set::MAX_TEST_BYTES};
use tokio::task::spawn_blocking;

use super::{AccuracyError, replica::Rows};
use crate::db::{Db, to_db};

/// What came of looking for a test set.
pub(super) enum Sought {
    /// Its CID and its rows.
    Found(Cid, Rows),
    /// Metadata or test set are not stored here, and may come.
    NotYet,
    /// The model committed to none, or to something that is none; content never changes under its CID.
    Never,
}

/// Looks test sets up in the store.
#[derive(Clone)]
pub struct TestSets {
    pub db: Db,
    pub store: Arc<dyn ContentStore>,
}

impl TestSets {
    /// The test set of a model, by its creation.
    ///
    /// # Errors
    /// [`AccuracyError`] when store or database fail.
    pub(super) async fn of(&self, created: &LoggedEvent) -> Result<Sought, AccuracyError> {
        let Event::Created { shape, metadata_cid, .. } = &created.event else { return Ok(Sought::Never) };
        let Ok(metadata_cid) = metadata_cid.parse() else { return Ok(Sought::Never) };
        let Some(size) = self.store.size(&metadata_cid).await? else { return Ok(Sought::NotYet) };
        if size > MAX_METADATA as u64 {
            return Ok(Sought::Never);
        }
        let bytes = read_whole(&*self.store, &metadata_cid, size).await?;
        let committed = ModelMetadata::parse(&bytes).ok().and_then(|metadata| metadata.test);
        let Some(cid) = committed.map(|test| test.cid) else { return Ok(Sought::Never) };
        let Some(size) = self.store.size(&cid).await? else { return Ok(Sought::NotYet) };
        if size > MAX_TEST_BYTES as u64 {
            return Ok(Sought::Never);
        }
        let bytes = read_whole(&*self.store, &cid, size).await?;
        let shape = shape.clone();
        let rows = spawn_blocking(move || TestSet::parse(&shape, &bytes).ok().map(|set| set.rows)).await?;
        self.note(&cid, rows.as_ref().map(Vec::len)).await?;
        Ok(rows.map_or(Sought::Never, |rows| Sought::Found(cid, rows)))
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
