//! Titles of bounties and names of models, read from their metadata where it is stored: also when it comes after them.

use std::{collections::HashSet, sync::Arc, time::Duration};

use content::{ContentStore, StoreError, read_whole};
use dataset::metadata::{MAX_METADATA, Metadata};
use protocol::cid::Cid;
use sqlx::{Connection, Row};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::model_files;
use crate::{db::Db, indexer::touched};

/// Characters of a title.
const MAX_TITLE: usize = 200;
/// How often content is looked for that may have come by another way, e.g. pinned by hand.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// Why stored metadata cannot be read now.
#[derive(Debug, thiserror::Error)]
pub enum MetadataError {
    #[error("The database refused: {0}")]
    Db(#[from] sqlx::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads titles in the background.
pub struct Titles {
    pub db: Db,
    pub store: Arc<dyn ContentStore>,
    /// Woken after every commit of the index.
    pub advanced: Arc<Notify>,
    /// CIDs that have just been stored.
    pub stored: mpsc::UnboundedReceiver<Cid>,
    /// Wakes the one who waits for other files, once titles and names are read.
    pub arrived: Arc<Notify>,
}

impl Titles {
    /// Reads titles until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        let (mut missing, mut missing_models) = (HashSet::new(), HashSet::new());
        let mut news = false;
        let mut again = tokio::time::interval(LOOK_AGAIN);
        loop {
            // Registered before looking, so that no commit is missed.
            let advanced = self.advanced.clone();
            let advanced = advanced.notified();
            if let Err(error) = self.fill(&mut missing).await {
                warn!(error = %error, "titles cannot be read");
            }
            if let Err(error) = model_files::fill(&self.db, &*self.store, &mut missing_models).await {
                warn!(error = %error, "names of models cannot be read");
            }
            if std::mem::take(&mut news) {
                // Kept for who does not wait just now.
                self.arrived.notify_one();
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = advanced => {}
                _ = again.tick() => {
                    missing.clear();
                    missing_models.clear();
                }
                received = self.stored.recv() => match received {
                    Some(cid) => {
                        missing.remove(&cid);
                        missing_models.remove(&cid);
                        news = true;
                    }
                    None => return,
                },
            }
        }
    }

    async fn fill(&self, missing: &mut HashSet<Cid>) -> Result<(), MetadataError> {
        let rows = sqlx::query(
            "SELECT DISTINCT b.metadata_cid FROM bounties b LEFT JOIN titles t ON t.cid = b.metadata_cid \
             WHERE t.cid IS NULL AND b.metadata_cid <> ''",
        )
        .fetch_all(&self.db.pool)
        .await?;
        for row in rows {
            let cid: String = row.try_get(0)?;
            let Ok(cid) = cid.parse::<Cid>() else { continue };
            if missing.contains(&cid) {
                continue;
            }
            match self.store.size(&cid).await? {
                Some(size) => self.write(&cid, self.read(&cid, size).await?).await?,
                None => {
                    missing.insert(cid);
                }
            }
        }
        Ok(())
    }

    /// The title of a stored file; `None` where it is not metadata.
    async fn read(&self, cid: &Cid, size: u64) -> Result<Option<String>, MetadataError> {
        if size > MAX_METADATA as u64 {
            return Ok(None);
        }
        let bytes = read_whole(&*self.store, cid, size).await?;
        Ok(Metadata::parse(&bytes)
            .ok()
            .map(|metadata| shown(&metadata.title, MAX_TITLE))
            .filter(|title| !title.is_empty()))
    }

    async fn write(&self, cid: &Cid, title: Option<String>) -> Result<(), MetadataError> {
        let folded = title.as_ref().map(|title| title.to_lowercase());
        let mut connection = self.db.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        // A title that comes late is news to whoever looks at the list.
        let revision = touched::next_revision(&mut transaction).await?;
        sqlx::query("INSERT INTO titles (cid, title, folded) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(cid.to_string())
            .bind(title)
            .bind(folded)
            .execute(&mut *transaction)
            .await?;
        if let Some(revision) = revision {
            let ids = sqlx::query("SELECT id FROM bounties WHERE metadata_cid = $1")
                .bind(cid.to_string())
                .fetch_all(&mut *transaction)
                .await?;
            let ids = ids.iter().map(|row| row.try_get(0)).collect::<Result<Vec<i64>, _>>()?;
            touched::note(&mut transaction, revision, &ids, &[]).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// A title on one line, shortened to so many characters; it comes from a stranger.
pub(crate) fn shown(title: &str, most: usize) -> String {
    let clean: String = title.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn titles_are_one_short_line() {
        assert_eq!(shown("  Digits\n\u{0}of  hands ", 200), "Digits of hands");
        assert_eq!(shown(&"é".repeat(300), 200).chars().count(), 200);
    }
}
