//! A subject's raw logs, for readers that compare them with the chain.

use protocol::{
    Digest,
    api::{LogPage, LogPlace, LogQuery, LogRow},
};
use sqlx::Row;

use crate::{
    db::{Db, from_db, to_db},
    indexer::logs::{COLUMNS, read},
    problem::ApiError,
};

/// Logs of one page. One more is read, to know where the next page begins.
const PAGE: usize = 1_000;

/// The logs of a subject from a place on, with how far the index is.
///
/// # Errors
/// [`ApiError::BadRequest`] for a name that nothing can have; [`ApiError::Unavailable`] when the database fails.
pub(crate) async fn page(db: &Db, query: &LogQuery) -> Result<LogPage, ApiError> {
    // PostgreSQL takes no text with a zero byte, and no family or subject has such characters in its name.
    for (what, text) in [("family", &query.family), ("subject", &query.subject)] {
        if text.chars().any(char::is_control) {
            return Err(ApiError::BadRequest(format!("The {what} has a control character in its name: {text:?}.")));
        }
    }
    // The position first: logs that come in meanwhile are of later blocks, which are not given.
    let position = sqlx::query("SELECT block, block_hash FROM progress WHERE id = 1").fetch_optional(&db.pool).await?;
    let Some(position) = position else {
        return Ok(LogPage { logs: Vec::new(), block: 0, block_hash: Digest::ZERO, next: None });
    };
    let block: i64 = position.try_get(0)?;
    let block_hash = position.try_get::<&str, _>(1)?.parse().unwrap_or_default();
    let select = format!(
        "SELECT {COLUMNS} FROM logs WHERE family = $1 AND subject = $2 AND block <= $3 \
         AND (block > $4 OR (block = $4 AND log_index >= $5)) ORDER BY block, log_index LIMIT {}",
        PAGE + 1
    );
    let rows = sqlx::query(&select)
        .bind(query.family.as_str())
        .bind(query.subject.as_str())
        .bind(block)
        .bind(to_db(query.block))
        .bind(to_db(query.log_index))
        .fetch_all(&db.pool)
        .await?;
    let mut logs = Vec::with_capacity(rows.len());
    for row in &rows {
        logs.push(LogRow::from(&read(row).map_err(ApiError::inside)?));
    }
    let next = logs.get(PAGE).map(|log| LogPlace { block: log.block, log_index: log.log_index });
    logs.truncate(PAGE);
    Ok(LogPage { logs, block: from_db(block), block_hash, next })
}
