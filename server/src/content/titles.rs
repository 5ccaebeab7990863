//! Titles of bounties, read from their metadata where it is stored: also when it comes after the bounty.

use std::{collections::HashSet, sync::Arc, time::Duration};

use futures::TryStreamExt;
use protocol::{
    cid::Cid,
    metadata::{MAX_METADATA, Metadata},
};
use sqlx::{Connection, Row};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::store::{ContentStore, StoreError};
use crate::db::{Db, insert_many};

/// Characters of a title.
const MAX_TITLE: usize = 200;
/// How often content is looked for that may have come by another way, e.g. pinned by hand.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// Reads titles in the background.
pub struct Titles {
    pub db: Db,
    pub store: Arc<dyn ContentStore>,
    /// Woken after every commit of the index.
    pub advanced: Arc<Notify>,
    /// CIDs that have just been stored.
    pub stored: mpsc::UnboundedReceiver<Cid>,
}

impl Titles {
    /// Reads titles until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut missing = HashSet::new();
        let mut again = tokio::time::interval(LOOK_AGAIN);
        loop {
            // Registered before looking, so that no commit is missed.
            let advanced = self.advanced.clone();
            let advanced = advanced.notified();
            if let Err(error) = self.fill(&mut missing).await {
                warn!(error = %error, "titles cannot be read");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = advanced => {}
                _ = again.tick() => missing.clear(),
                stored = self.stored.recv() => match stored {
                    Some(cid) => { missing.remove(&cid); }
                    None => return,
                },
            }
        }
    }

    async fn fill(&self, missing: &mut HashSet<Cid>) -> Result<(), StoreError> {
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
    async fn read(&self, cid: &Cid, size: u64) -> Result<Option<String>, StoreError> {
        if size > MAX_METADATA as u64 {
            return Ok(None);
        }
        let bytes: Vec<u8> = self
            .store
            .read(cid, 0..size)
            .await?
            .try_fold(Vec::new(), |mut all, piece| async move {
                all.extend_from_slice(&piece);
                Ok(all)
            })
            .await?;
        Ok(Metadata::parse(&bytes).ok().map(|metadata| shown(&metadata.title)).filter(|title| !title.is_empty()))
    }

    async fn write(&self, cid: &Cid, title: Option<String>) -> Result<(), StoreError> {
        let folded = title.as_ref().map(|title| title.to_lowercase());
        let mut connection = self.db.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        sqlx::query("INSERT INTO titles (cid, title, folded) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(cid.to_string())
            .bind(title)
            .bind(folded)
            .execute(&mut *transaction)
            .await?;
        // A title that comes late is news to whoever looks at the list.
        sqlx::query("UPDATE progress SET revision = revision + 1 WHERE id = 1").execute(&mut *transaction).await?;
        let revision =
            sqlx::query("SELECT revision FROM progress WHERE id = 1").fetch_optional(&mut *transaction).await?;
        if let Some(revision) = revision {
            let revision: i64 = revision.try_get(0)?;
            let ids = sqlx::query("SELECT id FROM bounties WHERE metadata_cid = $1")
                .bind(cid.to_string())
                .fetch_all(&mut *transaction)
                .await?;
            let ids = ids.iter().map(|row| row.try_get(0)).collect::<Result<Vec<i64>, _>>()?;
            let into = "touched (revision, bounty)";
            insert_many(&mut transaction, into, 2, "ON CONFLICT DO NOTHING", &ids, |query, id| {
                query.bind(revision).bind(id)
            })
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// A title on one line, shortened; it comes from a stranger.
fn shown(title: &str) -> String {
    let clean: String = title.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_TITLE).collect()
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn titles_are_one_short_line() {
        assert_eq!(shown("  Digits\n\u{0}of  hands "), "Digits of hands");
        assert_eq!(shown(&"é".repeat(300)).chars().count(), 200);
    }
}
