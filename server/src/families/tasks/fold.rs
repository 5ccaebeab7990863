//! Events of a batch applied to the tasks that they are about, by the rules of the family.

use std::collections::{BTreeMap, btree_map::Entry};

use ::tasks::{Draft, Event, FAMILY, Task, logs};
use protocol::{Address, Amount};
use sqlx::AnyConnection;

use super::{Said, dated::DatedTask, rows};
use crate::{
    families::directory::granted,
    indexer::{Gap, IndexError, logs as stored},
};

/// Applies events, in order, and writes what they changed.
pub(super) async fn apply(transaction: &mut AnyConnection, said: &[Said]) -> Result<(), IndexError> {
    let mut tasks = BTreeMap::<u64, Option<DatedTask>>::new();
    let mut owed = BTreeMap::<Address, Amount>::new();
    for said in said {
        match said {
            Said::Task { id, event, at } => {
                let known = match tasks.entry(*id) {
                    Entry::Occupied(entry) => entry.into_mut(),
                    Entry::Vacant(entry) => entry.insert(rows::task(transaction, *id).await?),
                };
                if let Event::Published { requester, waits_for, model_of, draft } = &**event {
                    let task = published(transaction, *requester, (*waits_for, *model_of), draft, *at).await?;
                    *known = Some(DatedTask { task, published_at: *at });
                }
                let Some(known) = known else {
                    let reason = format!("The node left out how task {id} was published.");
                    return Err(IndexError::Gap(Gap::of_number(transaction, FAMILY, "", *id, reason).await?));
                };
                known.task.apply(event, *at);
            }
            Said::Owed(event) => {
                let account = event.account();
                let known = match owed.entry(account) {
                    Entry::Occupied(entry) => entry.into_mut(),
                    Entry::Vacant(entry) => entry.insert(rows::owed(transaction, account).await?),
                };
                *known = event.after(*known);
            }
        }
    }
    let tasks: Vec<_> = tasks.into_iter().filter_map(|(id, task)| Some((id, task?))).collect();
    rows::write(transaction, &tasks).await?;
    rows::write_owed(transaction, &owed.into_iter().collect::<Vec<_>>()).await
}

/// What a publication makes, with the owners and fees of its grants.
///
/// # Errors
/// [`IndexError::Gap`] where a grant is not known.
pub(super) async fn published(
    connection: &mut AnyConnection,
    requester: Address,
    links: (u64, u64),
    draft: &Draft,
    at: u64,
) -> Result<Task, IndexError> {
    let before = match links.0 {
        0 => None,
        before => drafted(connection, before).await?,
    };
    let mut grants = BTreeMap::new();
    for seat in draft.seats.iter().filter(|seat| seat.grant != 0) {
        if let Some(known) = granted(connection, seat.grant).await? {
            grants.insert(seat.grant, known);
        }
    }
    let known = |grant| grants.get(&grant).copied();
    Task::published_on(requester, links, draft, before.as_ref(), known, at).ok_or_else(|| {
        let reason = "The node left out grants under which a task was published.".to_owned();
        IndexError::Gap(Gap::anywhere(directory::FAMILY, reason))
    })
}

/// What was published of a task, by its log: its row may be in the middle of being folded anew.
async fn drafted(connection: &mut AnyConnection, id: u64) -> Result<Option<Draft>, IndexError> {
    let part = stored::of_subject(connection, FAMILY, &id.to_string(), 0).await?;
    let Some(log) = part.logs.first() else { return Ok(None) };
    let event = logs::decode(&log.raw).map_err(|error| IndexError::decode(log, &error))?;
    Ok(event.and_then(|(_, event)| if let Event::Published { draft, .. } = event { Some(draft) } else { None }))
}
