//! Bounties and submissions, as many as the contract has.

use std::collections::BTreeSet;

use ::bounty::{BOUNTY_MARKET, Bounty, FAMILY, calls, returns};
use sqlx::Row;

use crate::{
    db::{from_db, to_db},
    indexer::{Counting, Gap, IndexError},
};

/// A gap where the contract has a bounty, a submission or a truth that was not told.
pub(super) async fn missing(counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError> {
    let Some(market) = counting.deployment.contract(BOUNTY_MARKET) else { return Ok(None) };
    let Some(answer) = counting.view(market, &calls::bounty_count()).await else { return Ok(None) };
    let Ok(count) = contracts::returns::count(&answer) else { return Ok(None) };
    let rows = sqlx::query("SELECT id FROM bounties").fetch_all(&mut *counting.connection).await?;
    let told: BTreeSet<u64> =
        rows.iter().map(|row| Ok(from_db(row.try_get(0)?))).collect::<Result<_, sqlx::Error>>()?;
    if let Some(id) = (1..=count).find(|id| !told.contains(id)) {
        let reason = format!("The contract has {count} bounties, but the node left out how bounty {id} was made.");
        // Numbers are given in order, so it was made after the one before.
        let since = told.range(..id).next_back().map(u64::to_string);
        return Ok(Some(Gap { family: FAMILY, since, reason }));
    }
    for subject in counting.changed(FAMILY).await? {
        let Ok(id) = subject.parse::<u64>() else { continue };
        let state: Option<String> = sqlx::query_scalar("SELECT state FROM bounties WHERE id = $1")
            .bind(to_db(id))
            .fetch_optional(&mut *counting.connection)
            .await?;
        let Some(state) = state else { continue };
        let told: Bounty = serde_json::from_str(&state)?;
        let Some(answer) = counting.view(market, &calls::bounty(id)).await else { continue };
        let Ok(Some(stored)) = returns::bounty(&answer) else { continue };
        let submissions = told.submissions.iter().map(|submission| submission.order).max().unwrap_or(0);
        let has_truth = told.truth.is_some() || told.ending.is_some();
        if stored.submissions > submissions || stored.truth_revealed_at.is_some() && !has_truth {
            let reason = format!("The contract has more of bounty {id} than the node told: it left out events.");
            return Ok(Some(Gap { family: FAMILY, since: Some(subject), reason }));
        }
    }
    Ok(None)
}
