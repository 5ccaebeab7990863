//! What accounts have done with bounties.

use std::collections::{BTreeMap, BTreeSet};

use bounty::{Bounty, Phase, Promise, Record, Reliability, api::AccountBounties};
use protocol::Address;
use sqlx::Row;

use super::phases::phase_sql;
use crate::{
    db::{Db, list},
    problem::ApiError,
    views::status,
};

/// How reliably each of these requesters revealed ground truths, at the time of the last block that was folded: by a later
/// time, whoever reveals in a block that is still to be folded would have missed it.
///
/// # Errors
/// [`ApiError`] when the database fails.
pub(super) async fn reliabilities(
    db: &Db,
    requesters: impl Iterator<Item = Address>,
    block_at: u64,
) -> Result<BTreeMap<Address, Reliability>, ApiError> {
    let mut found = BTreeMap::<Address, Reliability>::new();
    let requesters: BTreeSet<Address> = requesters.collect();
    if requesters.is_empty() {
        return Ok(found);
    }
    let sql = format!(
        "SELECT requester, phase, revealed, standing, COUNT(*) FROM (SELECT requester, {} AS phase, revealed, \
         CASE WHEN submissions > 0 THEN 1 ELSE 0 END AS standing FROM bounties WHERE requester IN ({})) counted \
         GROUP BY requester, phase, revealed, standing",
        phase_sql(block_at),
        list(1, requesters.len())
    );
    let names: Vec<String> = requesters.iter().map(Address::to_string).collect();
    let query = names.iter().fold(sqlx::query(&sql).persistent(false), |query, name| query.bind(name.as_str()));
    for row in query.fetch_all(&db.pool).await? {
        let requester = row.try_get::<String, _>(0)?.parse().map_err(ApiError::inside)?;
        let phase: Phase = serde_json::from_value(row.try_get::<String, _>(1)?.into()).map_err(ApiError::inside)?;
        let (revealed, standing, count): (i64, i64, i64) = (row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
        let promise = Promise::of(phase, revealed != 0, standing != 0);
        found.entry(requester).or_default().add(promise, u32::try_from(count).unwrap_or(u32::MAX));
    }
    Ok(found)
}

/// # Errors
/// [`ApiError`] when the database fails.
pub(super) async fn of(db: &Db, account: Address) -> Result<AccountBounties, ApiError> {
    let status = status::status(db).await?;
    let sql = "SELECT state FROM bounties WHERE id IN (SELECT bounty FROM people WHERE person = $1)";
    let rows = sqlx::query(sql).bind(account.to_string()).fetch_all(&db.pool).await?;
    let bounties = rows.iter().map(|row| serde_json::from_str(row.try_get(0)?).map_err(ApiError::inside));
    let bounties: Vec<Bounty> = bounties.collect::<Result<_, ApiError>>()?;
    Ok(AccountBounties { record: Record::of(&account, &bounties, status.block_at), status })
}
