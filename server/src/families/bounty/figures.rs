//! What is going on, in numbers.

use bounty::api::Figures;
use sqlx::Row;

use super::phases::phase_sql;
use crate::{
    db::{Db, from_db, join},
    views::status,
};

/// # Errors
/// Whatever the database says.
pub async fn figures(db: &Db) -> Result<Figures, sqlx::Error> {
    let now = status::now(&status::status(db).await?);
    let phase = phase_sql(now);
    let among = |phases: &str| format!("CASE WHEN {phase} IN ({phases}) THEN 1 ELSE 0 END");
    let ended = "'settled', 'cancelled', 'forfeited', 'refunded'";
    let columns = [
        among("'open'"),
        among("'awaiting_truth', 'claiming', 'revealing'"),
        among("'settled'"),
        format!("CASE WHEN {phase} IN ({ended}) THEN 0 ELSE reward_hi END"),
        format!("CASE WHEN {phase} IN ({ended}) THEN 0 ELSE reward_lo END"),
        format!("CASE WHEN {phase} = 'settled' THEN reward_hi ELSE 0 END"),
        format!("CASE WHEN {phase} = 'settled' THEN reward_lo ELSE 0 END"),
    ];
    // PostgreSQL sums 64-bit numbers to NUMERIC; the sums here stay far below 2^63.
    let sums = columns.map(|column| format!("CAST(COALESCE(SUM({column}), 0) AS BIGINT)")).join(", ");
    let row = sqlx::query(&format!("SELECT COUNT(*), {sums} FROM bounties")).fetch_one(&db.pool).await?;
    let trainers =
        sqlx::query("SELECT COUNT(DISTINCT person) FROM people WHERE role = 'trainer'").fetch_one(&db.pool).await?;
    Ok(Figures {
        bounties: from_db(row.try_get(0)?),
        open: from_db(row.try_get(1)?),
        running: from_db(row.try_get(2)?),
        settled: from_db(row.try_get(3)?),
        escrowed: join(row.try_get(4)?, row.try_get(5)?),
        paid: join(row.try_get(6)?, row.try_get(7)?),
        trainers: from_db(trainers.try_get(0)?),
    })
}
