//! Events of a batch applied to the jobs and accounts that they are about, by the rules of the family.

use std::collections::{BTreeMap, btree_map::Entry};

use ::jobs::{FAMILY, Said};
use protocol::{Address, Amount};
use sqlx::AnyConnection;

use super::{
    Told,
    dated::{DatedJob, OwnPart},
    rows,
};
use crate::indexer::{Gap, IndexError};

/// Applies events, in order, and writes what they changed.
pub(super) async fn apply(transaction: &mut AnyConnection, told: &[Told]) -> Result<(), IndexError> {
    let mut jobs = BTreeMap::<u64, Option<DatedJob>>::new();
    let mut providers = BTreeMap::<Address, OwnPart>::new();
    let mut owed = BTreeMap::<Address, Amount>::new();
    for Told { said, at } in told {
        match said {
            Said::Job(id, event) => {
                let known = match jobs.entry(*id) {
                    Entry::Occupied(entry) => entry.into_mut(),
                    Entry::Vacant(entry) => entry.insert(rows::job(transaction, *id).await?),
                };
                match (DatedJob::posted(event, *at), known) {
                    (Some(posted), known) => *known = Some(posted),
                    (None, Some(known)) => known.apply(event, *at),
                    (None, None) => {
                        let reason = format!("The node left out how job {id} was posted.");
                        return Err(IndexError::Gap(Gap::of_number(transaction, FAMILY, "", *id, reason).await?));
                    }
                }
            }
            Said::Provider(account, event) => {
                let known = match providers.entry(*account) {
                    Entry::Occupied(entry) => entry.into_mut(),
                    Entry::Vacant(entry) => {
                        entry.insert(rows::provider(transaction, *account).await?.unwrap_or_default())
                    }
                };
                known.apply(event, *at);
            }
            Said::Owed(account, amount) => {
                let known = match owed.entry(*account) {
                    Entry::Occupied(entry) => entry.into_mut(),
                    Entry::Vacant(entry) => entry.insert(rows::owed(transaction, *account).await?),
                };
                known.0 = known.0.saturating_add(amount.0);
            }
            Said::Collected(account, _) => drop(owed.insert(*account, Amount::ZERO)),
        }
    }
    let jobs: Vec<_> = jobs.into_iter().filter_map(|(id, job)| Some((id, job?))).collect();
    rows::write_jobs(transaction, &jobs).await?;
    rows::write_parties(transaction, &jobs).await?;
    rows::write_providers(transaction, &providers.into_iter().collect::<Vec<_>>()).await?;
    rows::write_owed(transaction, &owed.into_iter().collect::<Vec<_>>()).await
}
