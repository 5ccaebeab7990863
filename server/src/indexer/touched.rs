//! What a revision of the index changed, for the live stream.

use std::collections::BTreeSet;

use protocol::subject::Subject;
use sqlx::{AnyConnection, Row};

use crate::db::insert_many;

/// Revisions that are remembered.
const REMEMBERED: i64 = 1_000;

/// Notes which subjects a revision touched.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn note(
    tx: &mut AnyConnection,
    revision: i64,
    subjects: &BTreeSet<Subject>,
) -> Result<(), sqlx::Error> {
    let rows: Vec<&Subject> = subjects.iter().collect();
    let into = "touched (revision, family, subject)";
    insert_many(tx, into, 3, "ON CONFLICT DO NOTHING", &rows, |query, subject| {
        query.bind(revision).bind(subject.family.as_str()).bind(subject.subject.as_str())
    })
    .await?;
    sqlx::query("DELETE FROM touched WHERE revision < $1").bind(revision - REMEMBERED).execute(tx).await.map(drop)
}

/// The subjects that were touched after one revision and up to another.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn between(pool: &sqlx::AnyPool, after: i64, up_to: i64) -> Result<Vec<Subject>, sqlx::Error> {
    let select = "SELECT DISTINCT family, subject FROM touched WHERE revision > $1 AND revision <= $2 \
                  ORDER BY family, subject";
    let rows = sqlx::query(select).bind(after).bind(up_to).fetch_all(pool).await?;
    rows.iter().map(|row| Ok(Subject::new(row.try_get(0)?, row.try_get::<&str, _>(1)?))).collect()
}

/// Whether some of what came after one revision, up to another, is no longer remembered. A revision lower than the one before
/// is of an index that was begun anew.
pub(crate) fn is_forgotten(after: i64, up_to: i64) -> bool {
    !(0..=REMEMBERED).contains(&(up_to - after))
}

/// Says that there is news of a subject, in a revision of its own.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn news_of(tx: &mut AnyConnection, subject: Subject) -> Result<(), sqlx::Error> {
    match next_revision(tx).await? {
        Some(revision) => note(tx, revision, &BTreeSet::from([subject])).await,
        None => Ok(()),
    }
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
