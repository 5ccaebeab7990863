//! Who may use the relay about a job.

use protocol::Address;
use sqlx::Row;

use super::dated::DatedJob;
use crate::{
    db::{Db, to_db},
    views::status,
};

/// The client and the provider, in this order. `None` where the two have nothing to say to each other about this job now.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn of(db: &Db, id: u64, provider: Address) -> Result<Option<Vec<Address>>, sqlx::Error> {
    let select = sqlx::query("SELECT state FROM jobs WHERE id = $1").bind(to_db(id));
    let Some(row) = select.fetch_optional(&db.pool).await? else { return Ok(None) };
    let DatedJob { job, .. } =
        serde_json::from_str(row.try_get(0)?).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    let now = status::now(&status::status(db).await?);
    let talks = job.is_talked_about(provider, now) && (job.run.is_some() || takes_jobs(db, provider).await?);
    Ok(talks.then(|| vec![job.client, provider]))
}

async fn takes_jobs(db: &Db, provider: Address) -> Result<bool, sqlx::Error> {
    let select = sqlx::query("SELECT account FROM providers WHERE subject = $1 AND takes_jobs = 1");
    Ok(select.bind(provider.to_string()).fetch_optional(&db.pool).await?.is_some())
}
