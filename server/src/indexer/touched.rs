//! What a revision of the index changed, for the live stream.

use sqlx::{AnyConnection, Row};

use crate::db::insert_many;

/// Revisions that are remembered.
const REMEMBERED: i64 = 1_000;

/// Notes which bounties and models a revision touched.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn note(
    tx: &mut AnyConnection,
    revision: i64,
    bounties: &[i64],
    models: &[String],
) -> Result<(), sqlx::Error> {
    let nothing_new = "ON CONFLICT DO NOTHING";
    insert_many(tx, "touched (revision, bounty)", 2, nothing_new, bounties, |query, id| query.bind(revision).bind(id))
        .await?;
    insert_many(tx, "touched_models (revision, model)", 2, nothing_new, models, |query, model| {
        query.bind(revision).bind(model.as_str())
    })
    .await?;
    for table in ["touched", "touched_models"] {
        sqlx::query(&format!("DELETE FROM {table} WHERE revision < $1"))
            .bind(revision - REMEMBERED)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Begins a revision for news that do not come from the chain; `None` where no index has begun.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn next_revision(tx: &mut AnyConnection) -> Result<Option<i64>, sqlx::Error> {
    // A write first: on SQLite it takes the lock that keeps an indexer out meanwhile, on PostgreSQL the row's lock.
    sqlx::query("UPDATE progress SET revision = revision + 1 WHERE id = 1").execute(&mut *tx).await?;
    let row = sqlx::query("SELECT revision FROM progress WHERE id = 1").fetch_optional(tx).await?;
    row.map(|row| row.try_get(0)).transpose()
}
