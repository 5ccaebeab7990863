//! Rebuilding the views from the stored raw logs.

use sqlx::{Connection, Row};

use super::{IndexError, commit, row};
use crate::db::Db;

/// Folds every bounty anew, in one transaction. Returns how many there are.
///
/// # Errors
/// [`IndexError`] when a log cannot be read or the database fails; the views are then unchanged.
pub async fn rebuild(db: &Db) -> Result<usize, IndexError> {
    let mut connection = db.dedicated().await?;
    let mut transaction = connection.begin().await?;
    // A write first: on SQLite it takes the lock that keeps an indexer out meanwhile, on PostgreSQL the row's lock.
    sqlx::query("UPDATE progress SET revision = revision + 1 WHERE id = 1").execute(&mut *transaction).await?;
    let revision = sqlx::query("SELECT revision FROM progress WHERE id = 1").fetch_optional(&mut *transaction).await?;
    let Some(revision) = revision else { return Ok(0) };
    let revision: i64 = revision.try_get(0)?;
    for table in ["bounties", "people"] {
        sqlx::query(&format!("DELETE FROM {table}")).execute(&mut *transaction).await?;
    }
    let ids = sqlx::query("SELECT DISTINCT bounty FROM logs ORDER BY bounty").fetch_all(&mut *transaction).await?;
    let ids = ids.iter().map(|row| row.try_get(0)).collect::<Result<Vec<i64>, _>>()?;
    for &id in &ids {
        row::refold(&mut transaction, id).await?;
    }
    commit::touch(&mut transaction, revision, &ids).await?;
    transaction.commit().await?;
    Ok(ids.len())
}
