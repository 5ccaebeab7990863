//! What changed, as it changes. Every server on a database sees every change, whoever indexed it.

use std::{sync::Arc, time::Duration};

use protocol::api::Changed;
use sqlx::Row;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::{
    db::{Db, from_db},
    indexer::touched,
};

/// Changes that a slow reader may lag behind.
const BACKLOG: usize = 256;
/// How often the database is looked at where another server may have indexed.
const LOOK: Duration = Duration::from_millis(500);

/// Hands changes out to whoever listens.
#[derive(Debug, Clone)]
pub struct Live {
    changes: broadcast::Sender<Changed>,
}

impl Default for Live {
    fn default() -> Self {
        Self { changes: broadcast::channel(BACKLOG).0 }
    }
}

impl Live {
    /// Changes from now on. A listener that lags loses some, and is told so by the receiver.
    pub fn listen(&self) -> broadcast::Receiver<Changed> {
        self.changes.subscribe()
    }

    /// Watches the database until `stop`.
    pub async fn run(self, db: Db, advanced: Arc<Notify>, stop: CancellationToken) {
        let (mut seen, mut was_troubled) = (None, false);
        loop {
            let woken = advanced.notified();
            match self.look(&db, seen, &mut was_troubled).await {
                Ok(revision) => seen = revision,
                Err(error) => warn!(%error, "changes cannot be read"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = woken => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn look(&self, db: &Db, seen: Option<i64>, was_troubled: &mut bool) -> Result<Option<i64>, sqlx::Error> {
        let select = sqlx::query("SELECT revision, block, trouble FROM progress WHERE id = 1");
        let Some(row) = select.fetch_optional(&db.pool).await? else { return Ok(None) };
        let (revision, block): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        // Every list says whether the index is in trouble.
        let is_troubled = row.try_get::<Option<&str>, _>(2)?.is_some();
        if std::mem::replace(was_troubled, is_troubled) != is_troubled {
            let _ = self.changes.send(Changed { subjects: Vec::new(), block: from_db(block) });
            return Ok(Some(revision));
        }
        if let Some(seen) = seen.filter(|seen| *seen != revision) {
            let subjects = touched::between(&db.pool, seen, revision).await?;
            // Most blocks touch nothing of ours: to tell of them would make every open page ask for everything.
            if !subjects.is_empty() || touched::is_forgotten(seen, revision) {
                // Nobody listening is no failure.
                let _ = self.changes.send(Changed { subjects, block: from_db(block) });
            }
        }
        Ok(Some(revision))
    }
}
