//! A SHA-256 over raw logs and what families fold from them, by which two indexes are held against each other.

use protocol::Digest;
use sha2::{Digest as _, Sha256};
use sqlx::{Row, any::AnyRow};

use crate::{db::Db, family::Families};

const LOGS: &str = "SELECT block_hash, log_index, block, at, tx, address, family, subject, topics, data FROM logs \
                    ORDER BY block, log_index";

/// Not in it: positions and headers, which depend on how the blocks fell into batches; and what families keep that
/// depends on what was uploaded.
///
/// # Errors
/// Whatever the database says.
pub async fn digest(db: &Db, families: &Families) -> Result<Digest, sqlx::Error> {
    let mut hasher = Sha256::new();
    let tables = families.tables().map(|table| (table.name, table.digest, table.sort));
    for (name, sql, sort) in tables.chain([("logs", LOGS, false)]) {
        let mut rows: Vec<Vec<String>> =
            sqlx::query(sql).fetch_all(&db.pool).await?.iter().map(cells).collect::<Result<_, _>>()?;
        if sort {
            rows.sort();
        }
        hasher.update(format!("{name} {}\n", rows.len()));
        for cell in rows.iter().flatten() {
            hasher.update((cell.len() as u64).to_be_bytes());
            hasher.update(cell);
        }
    }
    Ok(Digest(hasher.finalize().into()))
}

fn cells(row: &AnyRow) -> Result<Vec<String>, sqlx::Error> {
    (0..row.len())
        .map(|i| {
            row.try_get::<Option<i64>, _>(i)
                .map(|number| number.map_or("null".into(), |n| n.to_string()))
                .or_else(|_| row.try_get::<String, _>(i))
        })
        .collect()
}
