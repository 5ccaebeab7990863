//! The views of bounties: the events of a batch applied to what is stored, or all of them anew.

use std::collections::{BTreeMap, BTreeSet};

use bounty::{Bounty, Event, LoggedEvent};
use sqlx::{AnyConnection, Row};

use super::{IndexError, commit::Folded, row};
use crate::db::{list, to_db};

/// Applies events, in order, and writes what they changed. Returns the bounties they are about.
pub(super) async fn apply(
    tx: &mut AnyConnection,
    folded: &mut Folded,
    events: &[LoggedEvent],
) -> Result<Vec<i64>, IndexError> {
    let ids: Vec<i64> = events.iter().map(|e| to_db(e.bounty)).collect::<BTreeSet<_>>().into_iter().collect();
    // Taken out: whatever fails from here on, nothing half applied is gone on with.
    let mut bounties = std::mem::take(&mut folded.0);
    bounties.retain(|id, _| ids.binary_search(id).is_ok());
    let unknown: Vec<i64> = ids.iter().copied().filter(|id| !bounties.contains_key(id)).collect();
    bounties.extend(load(tx, &unknown).await?);
    let mut people = BTreeSet::new();
    for logged in events {
        let id = to_db(logged.bounty);
        Bounty::apply(bounties.entry(id).or_default(), logged)?;
        match &logged.event {
            Event::Created { requester, .. } => people.insert((id, requester.to_string(), row::REQUESTER)),
            Event::Submitted { trainer, .. } => people.insert((id, trainer.to_string(), row::TRAINER)),
            _ => false,
        };
    }
    row::write(tx, &bounties.values().flatten().collect::<Vec<_>>()).await?;
    row::write_people(tx, &people.into_iter().collect::<Vec<_>>()).await?;
    folded.0 = bounties;
    Ok(ids)
}

/// The folded bounties that a batch goes on with.
async fn load(tx: &mut AnyConnection, ids: &[i64]) -> Result<BTreeMap<i64, Option<Bounty>>, IndexError> {
    let mut bounties = BTreeMap::new();
    for chunk in ids.chunks(500) {
        let sql = format!("SELECT id, state FROM bounties WHERE id IN ({})", list(1, chunk.len()));
        let mut query = sqlx::query(&sql).persistent(false);
        for id in chunk {
            query = query.bind(id);
        }
        for row in query.fetch_all(&mut *tx).await? {
            let state: String = row.try_get(1)?;
            bounties.insert(row.try_get(0)?, Some(serde_json::from_str(&state)?));
        }
    }
    Ok(bounties)
}

/// The bounties that have logs in blocks after this one.
pub(super) async fn since(tx: &mut AnyConnection, block: i64) -> Result<Vec<i64>, sqlx::Error> {
    let rows = sqlx::query("SELECT DISTINCT bounty FROM logs WHERE block > $1 AND bounty > 0 ORDER BY bounty")
        .bind(block)
        .fetch_all(tx)
        .await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}
