//! Events of a batch applied to the organisations, data sets and grants that they are about.

use std::collections::BTreeMap;

use ::directory::{Dataset, DatasetEvent, Event, FAMILY, Grant, GrantEvent, GrantState, Organisation, logs, subject};
use protocol::{Address, Amount};
use serde::de::DeserializeOwned;
use sqlx::AnyConnection;

use super::{Said, dated::DatedGrant, rows};
use crate::indexer::{Gap, IndexError, logs as stored};

/// What was changed by a batch.
#[derive(Default)]
struct Changed {
    organisations: BTreeMap<Address, Option<Organisation>>,
    datasets: BTreeMap<u64, Option<Dataset>>,
    grants: BTreeMap<u64, Option<DatedGrant>>,
}

/// Applies events, in order, and writes what they changed.
pub(super) async fn apply(transaction: &mut AnyConnection, said: &[Said]) -> Result<(), IndexError> {
    let mut changed = Changed::default();
    for Said { event, at } in said {
        let subject = event.subject();
        let is_known = match event {
            Event::Organisation(account, event) => {
                let before =
                    known(transaction, &mut changed.organisations, *account, "organisations", &subject).await?;
                *before = Organisation::after(before.take(), event, *at);
                before.is_some()
            }
            Event::Dataset(id, event) => {
                let before = known(transaction, &mut changed.datasets, *id, "datasets", &subject).await?;
                *before = Dataset::after(before.take(), event, *at);
                before.is_some()
            }
            Event::Grant(id, event) => {
                let before = known(transaction, &mut changed.grants, *id, "grants", &subject).await?;
                *before = after(before.take(), event, *at);
                before.is_some()
            }
        };
        if !is_known {
            let reason = format!("The node left out how {} came to be.", subject.replace(':', " "));
            let numbered = subject.split_once(':').and_then(|(kind, number)| Some((kind, number.parse().ok()?)));
            return Err(IndexError::Gap(match numbered {
                Some((kind, number)) => {
                    Gap::of_number(transaction, FAMILY, &format!("{kind}:"), number, reason).await?
                }
                None => Gap::anywhere(FAMILY, reason),
            }));
        }
    }
    rows::write_organisations(transaction, &all(changed.organisations)).await?;
    rows::write_datasets(transaction, &all(changed.datasets)).await?;
    rows::write_grants(transaction, &all(changed.grants)).await
}

fn after(before: Option<DatedGrant>, event: &GrantEvent, at: u64) -> Option<DatedGrant> {
    let (applied_at, decided_at) = before.as_ref().map_or((at, 0), |before| (before.applied_at, before.decided_at));
    let grant = Grant::after(before.map(|before| before.grant), event)?;
    let decides = grant.state != GrantState::Pending && decided_at == 0;
    Some(DatedGrant { grant, applied_at, decided_at: if decides { at } else { decided_at } })
}

/// What is known of a subject: from this batch, or from the table.
async fn known<'a, K: Ord, T: DeserializeOwned>(
    transaction: &mut AnyConnection,
    changed: &'a mut BTreeMap<K, Option<T>>,
    key: K,
    table: &str,
    subject: &str,
) -> Result<&'a mut Option<T>, IndexError> {
    use std::collections::btree_map::Entry;
    Ok(match changed.entry(key) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => {
            let select = format!("SELECT state FROM {table} WHERE subject = $1");
            let state: Option<String> =
                sqlx::query_scalar(&select).bind(subject).fetch_optional(&mut *transaction).await?;
            entry.insert(state.map(|state| serde_json::from_str(&state)).transpose()?)
        }
    })
}

fn all<K, T>(changed: BTreeMap<K, Option<T>>) -> Vec<(K, T)> {
    changed.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// The owner of a grant's data set and the grant's fee, which never change once it is approved. They are read from the
/// logs, not from the tables: these may be in the middle of being folded anew.
///
/// # Errors
/// [`IndexError`] when the database fails or is damaged.
pub(crate) async fn granted(
    connection: &mut AnyConnection,
    grant: u64,
) -> Result<Option<(Address, Amount)>, IndexError> {
    let (mut dataset, mut fee) = (None, Amount::ZERO);
    for log in stored::of_subject(connection, FAMILY, &subject::grant(grant), 0).await?.logs {
        match logs::grant(&log.raw).map_err(|error| IndexError::decode(&log, &error))? {
            Some((_, GrantEvent::Applied { dataset: of, .. })) => dataset = Some(of),
            Some((_, GrantEvent::Approved { fee: asked })) => fee = asked,
            _ => {}
        }
    }
    let Some(dataset) = dataset else { return Ok(None) };
    for log in stored::of_subject(connection, FAMILY, &subject::dataset(dataset), 0).await?.logs {
        let event = logs::dataset(&log.raw).map_err(|error| IndexError::decode(&log, &error))?;
        if let Some((_, DatasetEvent::Published { owner, .. })) = event {
            return Ok(Some((owner, fee)));
        }
    }
    Ok(None)
}
