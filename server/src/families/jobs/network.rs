//! All providers and jobs in figures, as `jobs::api::Network` counts them.

use ::jobs::api::{DAY, Day, Network, NetworkDetail, Totals};
use protocol::Amount;
use sqlx::{Row, any::AnyRow};

use crate::{
    db::{Db, from_db, join, to_db},
    views::status,
};

/// # Errors
/// Whatever the database says.
pub(super) async fn network(db: &Db) -> Result<NetworkDetail, sqlx::Error> {
    let status = status::status(db).await?;
    let totals = totals(db).await?;
    let mut days = Day::until(status::now(&status));
    let from = to_db(days.first().map_or(0, |day| day.from));
    let posted = format!("SELECT posted_at / {DAY}, COUNT(*) FROM jobs WHERE posted_at >= $1 GROUP BY 1");
    for row in sqlx::query(&posted).bind(from).fetch_all(&db.pool).await? {
        if let Some(day) = day(&mut days, &row)? {
            day.posted = from_db(row.try_get(1)?);
        }
    }
    let sums = sums(["paid_units", "paid_hi", "paid_lo"].map(str::to_owned));
    let ended =
        format!("SELECT ended_at / {DAY}, COUNT(*), {sums} FROM jobs WHERE ended_at > 0 AND ended_at >= $1 GROUP BY 1");
    for row in sqlx::query(&ended).bind(from).fetch_all(&db.pool).await? {
        if let Some(day) = day(&mut days, &row)? {
            (day.ended, day.units) = (from_db(row.try_get(1)?), from_db(row.try_get(2)?));
            day.paid = join(row.try_get(3)?, row.try_get(4)?);
        }
    }
    Ok(NetworkDetail { network: Network { totals, days }, status })
}

/// The day whose number a row begins with.
fn day<'a>(days: &'a mut [Day], row: &AnyRow) -> Result<Option<&'a mut Day>, sqlx::Error> {
    let from = from_db(row.try_get(0)?) * DAY;
    Ok(days.iter_mut().find(|day| day.from == from))
}

async fn totals(db: &Db) -> Result<Totals, sqlx::Error> {
    let ready = sums(["takes_jobs".to_owned(), "CASE WHEN takes_jobs = 1 THEN speed ELSE 0 END".to_owned()]);
    let providers = format!("SELECT COUNT(*), {ready} FROM providers WHERE registered = 1");
    let providers = sqlx::query(&providers).fetch_one(&db.pool).await?;
    let among = |states: &str| format!("CASE WHEN stands IN ({states}) THEN 1 ELSE 0 END");
    let columns = [
        among("'posted'"),
        among("'locked', 'running', 'submitted', 'disputed'"),
        "CASE WHEN paid_units > 0 THEN 1 ELSE 0 END".to_owned(),
        "paid_units".to_owned(),
        "paid_hi".to_owned(),
        "paid_lo".to_owned(),
        "escrow_hi".to_owned(),
        "escrow_lo".to_owned(),
    ];
    let jobs = sqlx::query(&format!("SELECT COUNT(*), {} FROM jobs", sums(columns))).fetch_one(&db.pool).await?;
    let count = |column: usize| jobs.try_get(column).map(from_db);
    let amount = |hi: usize| -> Result<Amount, sqlx::Error> { Ok(join(jobs.try_get(hi)?, jobs.try_get(hi + 1)?)) };
    Ok(Totals {
        providers: from_db(providers.try_get(0)?),
        ready: from_db(providers.try_get(1)?),
        units_per_second: from_db(providers.try_get(2)?),
        jobs: count(0)?,
        open: count(1)?,
        running: count(2)?,
        paid_jobs: count(3)?,
        units: count(4)?,
        paid: amount(5)?,
        escrowed: amount(7)?,
    })
}

/// PostgreSQL sums 64-bit numbers to NUMERIC; the sums here stay far below 2^63.
fn sums<const N: usize>(columns: [String; N]) -> String {
    columns.map(|column| format!("CAST(COALESCE(SUM({column}), 0) AS BIGINT)")).join(", ")
}
