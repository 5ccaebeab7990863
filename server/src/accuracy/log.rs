//! The tree over the entries, kept in memory: entries are only ever appended, so it only ever grows.

use protocol::merkle::Tree;
use sqlx::Row;
use tokio::sync::{Mutex, MutexGuard};

use super::{AccuracyError, entry};
use crate::db::{Db, from_db, to_db};

/// The log of this database; servers that share one show the same.
#[derive(Debug)]
pub struct AccuracyLog {
    db: Db,
    tree: Mutex<Tree>,
}

impl AccuracyLog {
    pub fn new(db: Db) -> Self {
        Self { db, tree: Mutex::default() }
    }

    /// The tree with all entries that there are now.
    ///
    /// # Errors
    /// [`AccuracyError`] when the database fails or an entry cannot be read.
    pub async fn tree(&self) -> Result<MutexGuard<'_, Tree>, AccuracyError> {
        let mut tree = self.tree.lock().await;
        let row = sqlx::query("SELECT COALESCE(MAX(position) + 1, 0) FROM accuracy").fetch_one(&self.db.pool).await?;
        let size = from_db(row.try_get(0)?);
        if size < tree.size() {
            // Emptied for other contracts.
            *tree = Tree::new();
        }
        if size > tree.size() {
            let select = format!("SELECT {} FROM accuracy WHERE position >= $1 ORDER BY position", entry::COLUMNS);
            for row in sqlx::query(&select).bind(to_db(tree.size())).fetch_all(&self.db.pool).await? {
                let (position, record) = entry::read(&row)?;
                if position != tree.size() {
                    return Err(AccuracyError::Gap { position: tree.size() });
                }
                tree.push(record.leaf());
            }
        }
        Ok(tree)
    }
}
