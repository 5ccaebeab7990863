//! Logs that came after their block had been passed.

use std::collections::BTreeSet;

use protocol::{Digest, subject::Subject};
use sqlx::{AnyConnection, Row};

use crate::{
    chain::RawLog,
    db::{from_db, to_db},
    family::Families,
    indexer::{
        IndexError, Sources,
        folds::{About, Folds},
    },
};

/// A log that the index does not have although its block was passed.
pub(in crate::indexer) struct Missed {
    pub(in crate::indexer) block: u64,
    /// Its history is folded anew: what is known of it was told without the log.
    pub(in crate::indexer) subject: Subject,
}

/// The first log among `again`, which were read another time, that the index does not have.
///
/// # Errors
/// [`IndexError`] when a log cannot be read or the database fails.
pub(in crate::indexer) async fn missed(
    connection: &mut AnyConnection,
    sources: &Sources,
    families: &Families,
    again: &[RawLog],
) -> Result<Option<Missed>, IndexError> {
    let (Some(first), Some(last)) = (again.first(), again.last()) else { return Ok(None) };
    let rows = sqlx::query("SELECT block_hash, log_index FROM logs WHERE block >= $1 AND block <= $2")
        .bind(to_db(first.block))
        .bind(to_db(last.block))
        .fetch_all(connection)
        .await?;
    let stored: BTreeSet<(Digest, u64)> = rows
        .iter()
        .map(|row| Ok((row.try_get::<&str, _>(0)?.parse().unwrap_or_default(), from_db(row.try_get(1)?))))
        .collect::<Result<_, sqlx::Error>>()?;
    let mut folds = Folds::new(families);
    for log in again.iter().filter(|log| !stored.contains(&(log.block_hash, log.log_index))) {
        // Only what says something is stored.
        if let Some(About { family, subject, .. }) = folds.take(sources, log)? {
            return Ok(Some(Missed { block: log.block, subject: Subject::new(family, subject) }));
        }
    }
    Ok(None)
}
