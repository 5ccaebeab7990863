//! An entry of the accuracy log as the database holds it.

use shared_model::AccuracyRecord;
use sqlx::{Row, any::AnyRow};

use super::AccuracyError;
use crate::db::{Db, from_db, to_db};

/// What [`read`] reads, in its order.
pub(crate) const COLUMNS: &str = "position, model, block, block_hash, log_index, test_cid, correct, total";
/// Columns of [`COLUMNS`].
pub(crate) const WIDTH: usize = 8;

/// Position and content.
///
/// # Errors
/// [`AccuracyError`] when the row cannot be read.
pub(crate) fn read(row: &AnyRow) -> Result<(u64, AccuracyRecord), AccuracyError> {
    let position = from_db(row.try_get(0)?);
    let damaged = |what| AccuracyError::Damaged { position, what };
    let text = |column: usize| row.try_get::<&str, _>(column);
    let count = |column: usize, what| u32::try_from(row.try_get::<i64, _>(column)?).map_err(|_| damaged(what));
    Ok((
        position,
        AccuracyRecord {
            model: text(1)?.parse().map_err(|_| damaged("address of the model"))?,
            block: from_db(row.try_get(2)?),
            block_hash: text(3)?.parse().map_err(|_| damaged("block hash"))?,
            log_index: from_db(row.try_get(4)?),
            test: text(5)?.parse().map_err(|_| damaged("CID of the test set"))?,
            correct: count(6, "number of correct rows")?,
            total: count(7, "number of rows")?,
        },
    ))
}

/// Appends an entry, unless the position or the event has one already, or the index has gone back since it had gone
/// back `reorgs` times; answers whether it was appended.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn append(db: &Db, position: u64, record: &AccuracyRecord, reorgs: i64) -> Result<bool, sqlx::Error> {
    let insert = format!(
        "INSERT INTO accuracy ({COLUMNS}) SELECT CAST($1 AS BIGINT), $2, CAST($3 AS BIGINT), $4, CAST($5 AS BIGINT), \
         $6, CAST($7 AS BIGINT), CAST($8 AS BIGINT) FROM progress WHERE id = 1 AND reorgs = $9 ON CONFLICT DO NOTHING"
    );
    let done = sqlx::query(&insert)
        .bind(to_db(position))
        .bind(record.model.to_string())
        .bind(to_db(record.block))
        .bind(record.block_hash.to_string())
        .bind(to_db(record.log_index))
        .bind(record.test.to_string())
        .bind(i64::from(record.correct))
        .bind(i64::from(record.total))
        .bind(reorgs)
        .execute(&db.pool)
        .await?;
    Ok(done.rows_affected() == 1)
}
