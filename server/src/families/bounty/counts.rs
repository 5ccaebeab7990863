//! Bounties and what happened to them, held against what the contract counts.

use std::collections::BTreeSet;

use ::bounty::{BOUNTY_MARKET, Bounty, FAMILY, Lacking, Told, calls, returns};
use protocol::{Address, Amount};
use sqlx::Row;

use crate::{
    db::{from_db, to_db},
    indexer::{Counting, Gap, IndexError, logs},
};

/// Submissions of one bounty that are asked about at a time: a crowd of them must not hold up everything else.
const MOST_UNPAID: usize = 16;

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
        return Ok(Some(Gap::of_number(counting.connection, FAMILY, "", id, reason).await?));
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
        let lacking = match told.lacking(&happened(counting, &subject).await?, &stored) {
            None => unpaid(counting, market, &told).await,
            lacking => lacking,
        };
        if let Some(lacking) = lacking {
            let reason = format!("The contract has more of bounty {id} than the node told, which left out {lacking}.");
            return Ok(Some(Gap::since(FAMILY, subject, reason)));
        }
    }
    Ok(None)
}

/// What lacks of submissions to which something is still due, as they were told: who was paid is counted nowhere.
async fn unpaid(counting: &mut Counting<'_>, market: Address, told: &Bounty) -> Option<Lacking> {
    let due = told.submissions.iter().map(|submission| submission.trainer).filter(|who| told.due(who) > Amount::ZERO);
    for trainer in due.take(MOST_UNPAID) {
        let Some(answer) = counting.view(market, &calls::submission(told.id, trainer)).await else { continue };
        let stored = returns::submission(&answer).ok().flatten();
        if let Some(lacking) = told.lacking_of(&trainer, stored.as_ref()) {
            return Some(lacking);
        }
    }
    None
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
