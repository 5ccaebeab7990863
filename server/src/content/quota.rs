//! Who may store how much.

use protocol::{Address, cid::HashedFile};
use sqlx::{Connection, Row};

use crate::{
    clock,
    db::{Db, from_db, to_db},
    problem::ApiError,
};

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

/// What charging came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charge {
    New,
    /// This address has stored this file before, and is not charged again.
    Before,
}

/// Charges a file to an address, before it is kept.
///
/// # Errors
/// [`ApiError::QuotaExceeded`], or when the database fails.
pub async fn charge(db: &Db, address: &Address, file: &HashedFile, quota: u64) -> Result<Charge, ApiError> {
    let who = address.to_string();
    let mut connection = db.pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    sqlx::query("INSERT INTO quotas (address, used) VALUES ($1, 0) ON CONFLICT DO NOTHING")
        .bind(who.as_str())
        .execute(&mut *transaction)
        .await?;
    let new =
        sqlx::query("INSERT INTO uploads (address, cid, bytes, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
            .bind(who.as_str())
            .bind(file.cid.to_string())
            .bind(to_db(file.bytes))
            .bind(to_db(clock::now()))
            .execute(&mut *transaction)
            .await?;
    if new.rows_affected() == 0 {
        transaction.rollback().await?;
        return Ok(Charge::Before);
    }
    // One statement looks and adds, so that uploads at the same time cannot both take the last bytes.
    let charged = sqlx::query("UPDATE quotas SET used = used + $1 WHERE address = $2 AND used + $1 <= $3")
        .bind(to_db(file.bytes))
        .bind(who.as_str())
        .bind(to_db(quota))
        .execute(&mut *transaction)
        .await?;
    if charged.rows_affected() == 0 {
        transaction.rollback().await?;
        drop(connection);
        let left = quota.saturating_sub(used(db, address).await?);
        return Err(ApiError::QuotaExceeded { bytes: file.bytes, left });
    }
    transaction.commit().await?;
    Ok(Charge::New)
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

/// Notes that a file is stored, for the figures of `/metrics`.
///
/// # Errors
/// Whatever the database says.
pub async fn note_stored(db: &Db, file: &HashedFile) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO contents (cid, bytes, stored_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(file.cid.to_string())
        .bind(to_db(file.bytes))
        .bind(to_db(clock::now()))
        .execute(&db.pool)
        .await
        .map(|_| ())
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
