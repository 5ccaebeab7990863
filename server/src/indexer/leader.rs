//! Electing one indexer among several servers on one PostgreSQL database.

use std::time::Duration;

use sqlx::{AnyConnection, Row};

use crate::db::{Db, Kind};

/// Key of the advisory lock: "ModelMkt" in ASCII.
const LOCK: i64 = 0x4d6f_6465_6c4d_6b74;

/// Waits for the lock and returns the connection that holds it, on which the index is written: whoever loses the
/// connection loses lock and pen at once. On SQLite there is one server, which needs no lock.
///
/// # Errors
/// Whatever the database says.
pub async fn elected(db: &Db, poll: Duration) -> Result<AnyConnection, sqlx::Error> {
    let mut connection = db.dedicated().await?;
    if db.kind == Kind::Postgres {
        loop {
            let row = sqlx::query("SELECT pg_try_advisory_lock($1)").bind(LOCK).fetch_one(&mut connection).await?;
            if row.try_get::<bool, _>(0)? {
                break;
            }
            tokio::time::sleep(poll).await;
        }
    }
    Ok(connection)
}

/// Fails where the connection, and with it the lock, is gone.
///
/// # Errors
/// Whatever the database says.
pub async fn still(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(connection).await.map(|_| ())
}
