//! What the pages about data know: what the connected account has, and the data set or grant that a page is about. Asked of the
//! contracts, whatever others do among themselves.

use std::{collections::BTreeSet, sync::Arc};

use app_core::{
    chain::{Clock, Learning, Reader},
    learning::Known,
    settings::Settings,
    transactions::Transactions,
    wallet::Wallet,
};
use directory::{Dataset, Grant, Registry};
use leptos::{prelude::*, task::spawn_local};

use crate::my_work::{Id, MyWork, Part};

/// What a page is about, beside what the account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    Nothing,
    Dataset(u64),
    Grant(u64),
}

/// What was read of it; nothing of what there is not.
type Read = (Beside, Option<(u64, Dataset)>, Option<(u64, Grant)>);

/// Follows them as long as whoever asks is shown.
pub fn follow(beside: Signal<Beside>) -> Known {
    let known = Known { learning: RwSignal::new(None), error: RwSignal::new(None) };
    let (work, wallet) = (expect_context::<MyWork>(), expect_context::<Wallet>());
    let failed = work.source().error;
    let read = read_on(beside, known.error, failed);
    Effect::new(move || {
        if let Some(error) = failed.get() {
            known.error.set(Some(error));
        }
    });
    Effect::new(move || {
        let Some((_, dataset, grant)) = read.get().filter(|(about, ..)| *about == beside.get()) else {
            // Another one than before, which may be there or not.
            known.learning.set(None);
            return;
        };
        let parts = match (wallet.account.get(), work.parts.get()) {
            (None, _) => Default::default(),
            // Whoever is not known to have joined would be asked to join.
            (Some(account), Some(_)) if failed.get().is_some() && work.is_missing(Id::Organisation(account)) => return,
            (Some(_), Some(parts)) => parts,
            (Some(_), None) => return,
        };
        let mut registry = Registry::default();
        for part in parts.into_values() {
            match part {
                Part::Organisation(account, organisation) => _ = registry.organisations.insert(account, organisation),
                Part::Dataset(id, dataset) => registry.datasets.put(id, dataset),
                Part::Grant(part) => {
                    registry.datasets.put(part.grant.dataset, part.dataset);
                    registry.grants.put(part.id, part.grant);
                }
            }
        }
        // Read with each block, and so at least as new.
        dataset.into_iter().for_each(|(id, dataset)| registry.datasets.put(id, dataset));
        grant.into_iter().for_each(|(id, grant)| registry.grants.put(id, grant));
        // Only a change: whoever shows it is built anew by it.
        let is_same = |old: &Option<Arc<Learning>>| old.as_ref().is_some_and(|old| old.book.registry == registry);
        if !known.learning.with_untracked(is_same) {
            known.learning.set(Some(Arc::new(Learning::of(registry))));
        }
    });
    known
}

/// Reads it now, and again with each block. `failed` says what of the account could not be read, which stays said.
fn read_on(
    beside: Signal<Beside>,
    error: RwSignal<Option<String>>,
    failed: Signal<Option<String>>,
) -> RwSignal<Option<Read>> {
    let (reader, clock) = (expect_context::<Reader>(), expect_context::<Clock>());
    let (settings, transactions) = (expect_context::<Settings>(), expect_context::<Transactions>());
    let read = RwSignal::new(None::<Read>);
    Effect::new(move || {
        clock.head.track();
        transactions.mined.track();
        settings.rpc.track();
        let about = beside.get();
        spawn_local(async move {
            match read_once(reader, about).await {
                Ok(found) => {
                    error.try_set(failed.try_get_untracked().flatten());
                    if read.try_with_untracked(|old| old.as_ref() == Some(&found)) == Some(false) {
                        read.try_set(Some(found));
                    }
                }
                Err(why) => _ = error.try_set(Some(why.to_string())),
            }
        });
    });
    read
}

async fn read_once(reader: Reader, about: Beside) -> Result<Read, app_core::chain::ChainError> {
    let (mut dataset, grant) = match about {
        Beside::Nothing => (None, None),
        Beside::Dataset(id) => (Some(id), None),
        Beside::Grant(id) => (None, reader.grants(&BTreeSet::from([id]), 0).await?.pop_last()),
    };
    dataset = dataset.or(grant.as_ref().map(|(_, grant)| grant.dataset));
    let dataset = match dataset {
        Some(id) => reader.dataset(id).await?.map(|dataset| (id, dataset)),
        None => None,
    };
    Ok((about, dataset, grant))
}
