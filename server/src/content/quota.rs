//! Who has stored how much, and how much there is in all.

use protocol::{Address, cid::HashedFile};
use sqlx::{Connection, Row};

use crate::db::{Db, from_db, to_db};

/// Bytes that an address has stored.
///
/// # Errors
/// Whatever the database says.
pub async fn used(db: &Db, address: &Address) -> Result<u64, sqlx::Error> {
    let row = sqlx::query("SELECT used FROM quotas WHERE address = $1")
        .bind(address.to_string())
        .fetch_optional(&db.pool)
        .await?;
    row.map_or(Ok(0), |row| row.try_get(0).map(from_db))
}

/// Takes a charge back: the file could not be kept.
///
/// # Errors
/// Whatever the database says.
pub async fn refund(db: &Db, address: &Address, file: &HashedFile) -> Result<(), sqlx::Error> {
    let mut connection = db.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    let gone = sqlx::query("DELETE FROM uploads WHERE address = $1 AND cid = $2")
        .bind(address.to_string())
        .bind(file.cid.to_string())
        .execute(&mut *transaction)
        .await?;
    if gone.rows_affected() == 1 {
        sqlx::query("UPDATE quotas SET used = used - $1 WHERE address = $2")
            .bind(to_db(file.bytes))
            .bind(address.to_string())
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await
}

/// Files and bytes stored.
///
/// # Errors
/// Whatever the database says.
pub async fn stored(db: &Db) -> Result<(u64, u64), sqlx::Error> {
    let row = sqlx::query("SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM contents")
        .fetch_one(&db.pool)
        .await?;
    Ok((from_db(row.try_get(0)?), from_db(row.try_get(1)?)))
}
