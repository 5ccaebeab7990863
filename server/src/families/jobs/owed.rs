//! What an account can take of `Jobs`, beside a deposit.

use ::jobs::api::{JobClaim, JobsOwed};
use protocol::{Address, Amount};
use sqlx::Row;

use super::{dated::DatedJob, rows};
use crate::{
    db::{Db, from_db},
    problem::ApiError,
    views::status,
};

/// Claims that are given at once.
const MOST: usize = 100;

/// # Errors
/// [`ApiError`] when the database fails.
pub(super) async fn owed(db: &Db, account: Address) -> Result<JobsOwed, ApiError> {
    let status = status::status(db).await?;
    let mut connection = db.pool.acquire().await?;
    let amount = rows::owed(&mut connection, account).await.map_err(ApiError::inside)?;
    let select = "SELECT id, state FROM jobs WHERE ended_at > 0 AND (client = $1 OR provider = $1) ORDER BY id DESC";
    let rows = sqlx::query(select).bind(account.to_string()).fetch_all(&mut *connection).await?;
    let mut claims = Vec::new();
    for row in &rows {
        let dated: DatedJob = serde_json::from_str(row.try_get(1)?).map_err(ApiError::inside)?;
        let amount = dated.job.claimable(account);
        if amount > Amount::ZERO {
            claims.push(JobClaim { job: from_db(row.try_get(0)?), amount });
        }
        if claims.len() == MOST {
            break;
        }
    }
    Ok(JobsOwed { amount, claims, status })
}
