//! Events of a batch applied to the bounties that they are about.

use std::collections::{BTreeMap, BTreeSet};

use bounty::{Bounty, Event, FoldError, LoggedEvent};
use sqlx::{AnyConnection, Row};

use super::row;
use crate::{
    db::{list, to_db},
    indexer::IndexError,
};

/// Why events were not applied.
#[derive(Debug)]
pub(super) enum Failure {
    Fold(FoldError),
    Index(IndexError),
}

impl<E: Into<IndexError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Index(error.into())
    }
}

/// Applies events, in order, and writes what they changed. `memory` has bounties of the batch before, and then those of
/// this one.
pub(super) async fn apply(
    transaction: &mut AnyConnection,
    memory: &mut BTreeMap<i64, Option<Bounty>>,
    events: &[LoggedEvent],
) -> Result<(), Failure> {
    let ids: Vec<i64> = events.iter().map(|e| to_db(e.subject)).collect::<BTreeSet<_>>().into_iter().collect();
    memory.retain(|id, _| ids.binary_search(id).is_ok());
    let unknown: Vec<i64> = ids.iter().copied().filter(|id| !memory.contains_key(id)).collect();
    memory.extend(load(transaction, &unknown).await?);
    let mut people = BTreeSet::new();
    for logged in events {
        let id = to_db(logged.subject);
        Bounty::apply(memory.entry(id).or_default(), logged).map_err(Failure::Fold)?;
        match &logged.event {
            Event::Created { requester, .. } => people.insert((id, requester.to_string(), row::REQUESTER)),
            Event::Submitted { trainer, .. } => people.insert((id, trainer.to_string(), row::TRAINER)),
            _ => false,
        };
    }
    row::write(transaction, &memory.values().flatten().collect::<Vec<_>>()).await?;
    row::write_people(transaction, &people.into_iter().collect::<Vec<_>>()).await?;
    Ok(())
}

/// The folded bounties that a batch goes on with.
async fn load(transaction: &mut AnyConnection, ids: &[i64]) -> Result<BTreeMap<i64, Option<Bounty>>, IndexError> {
    let mut bounties = BTreeMap::new();
    for chunk in ids.chunks(500) {
        let sql = format!("SELECT id, state FROM bounties WHERE id IN ({})", list(1, chunk.len()));
        let query = chunk.iter().fold(sqlx::query(&sql).persistent(false), |query, id| query.bind(id));
        for row in query.fetch_all(&mut *transaction).await? {
            let state: String = row.try_get(1)?;
            bounties.insert(row.try_get(0)?, Some(serde_json::from_str(&state)?));
        }
    }
    Ok(bounties)
}
