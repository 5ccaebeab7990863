//! Bounties and what happened to them, held against what the contract counts.

use std::collections::BTreeSet;

use ::bounty::{BOUNTY_MARKET, Bounty, FAMILY, Told, calls, returns};
use sqlx::Row;

use crate::{
    db::{from_db, to_db},
    indexer::{Counting, Gap, IndexError, logs},
};

/// A gap where the contract has a bounty that was not told, or more of one than was told.
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
    for subject in counting.subjects(FAMILY).await? {
        let Ok(id) = subject.parse::<u64>() else { continue };
        let state: Option<String> = sqlx::query_scalar("SELECT state FROM bounties WHERE id = $1")
            .bind(to_db(id))
            .fetch_optional(&mut *counting.connection)
            .await?;
        let Some(state) = state else { continue };
        let told: Bounty = serde_json::from_str(&state)?;
        let Some(answer) = counting.view(market, &calls::bounty(id)).await else { continue };
        let Ok(Some(stored)) = returns::bounty(&answer) else { continue };
        if let Some(lacking) = told.lacking(&happened(counting, &subject).await?, &stored) {
            let reason = format!("The contract has more of bounty {id} than the node told, which left out {lacking}.");
            return Ok(Some(Gap { family: FAMILY, since: Some(subject), reason }));
        }
    }
    Ok(None)
}

/// What the stored logs of a bounty say happened how often.
async fn happened(counting: &mut Counting<'_>, subject: &str) -> Result<Told, IndexError> {
    let mut told = Told::default();
    let mut next = Some(0);
    while let Some(offset) = next {
        let part = logs::of_subject(counting.connection, FAMILY, subject, offset).await?;
        for log in &part.logs {
            let event = super::event(log).map_err(|error| IndexError::decode(log, &error))?;
            event.iter().for_each(|event| told.add(&event.event));
        }
        next = part.next;
    }
    Ok(told)
}
