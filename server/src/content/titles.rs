//! What lists show of metadata files: read in the background where the files are stored, also when they come after
//! the events that name them.

use std::{collections::HashSet, sync::Arc, time::Duration};

use content::{ContentStore, StoreError};
use protocol::cid::Cid;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::{db::Db, family::Families};

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

/// Reads metadata in the background, each family its own.
pub struct Titles {
    pub db: Db,
    pub families: Families,
    pub store: Arc<dyn ContentStore>,
    /// Woken after every commit of the index.
    pub advanced: Arc<Notify>,
    /// CIDs that have just been stored.
    pub stored: mpsc::UnboundedReceiver<Cid>,
    /// Wakes the one who waits for other files, once titles and names are read.
    pub arrived: Arc<Notify>,
}

impl Titles {
    /// Reads metadata until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        // By family: what is no metadata of one may be some of another.
        let mut missing: Vec<HashSet<Cid>> = self.families.iter().map(|_| HashSet::new()).collect();
        let mut news = false;
        let mut again = tokio::time::interval(LOOK_AGAIN);
        loop {
            // Registered before looking, so that no commit is missed.
            let advanced = self.advanced.clone();
            let advanced = advanced.notified();
            for (family, missing) in self.families.iter().zip(&mut missing) {
                if let Err(error) = family.read_metadata(&self.db, &*self.store, missing).await {
                    warn!(error = %error, family = family.name(), "metadata cannot be read");
                }
            }
            if std::mem::take(&mut news) {
                // Kept for who does not wait just now.
                self.arrived.notify_one();
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = advanced => {}
                _ = again.tick() => missing.iter_mut().for_each(HashSet::clear),
                received = self.stored.recv() => match received {
                    Some(cid) => {
                        for missing in &mut missing {
                            missing.remove(&cid);
                        }
                        news = true;
                    }
                    None => return,
                },
            }
        }
    }
}

/// The CIDs that a question finds, without those that were looked for in vain.
pub(crate) async fn unread(db: &Db, question: &str, missing: &HashSet<Cid>) -> Result<Vec<Cid>, sqlx::Error> {
    let found = sqlx::query_scalar::<_, String>(question).fetch_all(&db.pool).await?;
    Ok(found.iter().filter_map(|cid| cid.parse().ok()).filter(|cid| !missing.contains(cid)).collect())
}

/// How a stranger's title is kept and shown.
pub(crate) use dataset::one_line as shown;
