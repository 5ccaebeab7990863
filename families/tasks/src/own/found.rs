//! Data sets, grants and tasks of an account, by the events that name it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::abi::{DecodeError, account_topic, number_topic};
use directory::{DatasetEvent, GrantEvent};
use protocol::{Address, Digest, RawLog};

use crate::{Draft, Event, logs};

/// Where questions for logs go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contracts {
    pub directory: Address,
    pub datasets: Address,
    pub grants: Address,
    pub tasks: Address,
}

/// Which logs are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub contracts: Vec<Address>,
    /// For each topic the values that are wanted; `None` for any.
    pub topics: Vec<Option<Vec<Digest>>>,
    /// The first block that can have any; 0 for that of the deployment.
    pub from: u64,
}

/// A log that answers a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub contract: Address,
    pub block: u64,
    pub raw: RawLog,
}

/// What an account has a part in, by number, with the block in which it began where that is known, else 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Those that it has published.
    pub datasets: BTreeMap<u64, u64>,
    /// Those that it has applied for, and those on its data sets.
    pub grants: BTreeMap<u64, u64>,
    /// Those that it has published or has a seat in, and those for which it was drawn as helper.
    pub tasks: BTreeMap<u64, u64>,
    /// As they were published, of those whose publishing names the account or who has a grant of it.
    pub drafts: BTreeMap<u64, Draft>,
}

/// What an account has a part in. It takes two questions; of who has data sets two more.
///
/// # Errors
/// What asking or reading an answer failed with.
pub async fn found<E: From<DecodeError>>(
    account: Address,
    at: Contracts,
    ask: impl AsyncFn(Question) -> Result<Vec<Told>, E>,
) -> Result<Found, E> {
    let mut found = Found::default();
    let me = Some(vec![account_topic(account)]);
    let named = Question { contracts: vec![at.datasets, at.tasks], topics: vec![None, None, me.clone()], from: 0 };
    for told in ask(named).await? {
        if told.contract == at.datasets {
            found.take_dataset(&told)?;
        } else {
            found.take_task(&told, |_| true)?;
        }
    }
    let applied = || Some(vec![directory::logs::applied_topic()]);
    let asked_for = Question { contracts: vec![at.grants], topics: vec![applied(), None, None, me], from: 0 };
    for told in ask(asked_for).await? {
        found.take_grant(&told)?;
    }
    if let Some(from) = found.datasets.values().min().copied() {
        let datasets = found.datasets.keys().map(|id| number_topic(*id)).collect();
        let on_mine = Question { contracts: vec![at.grants], topics: vec![applied(), None, Some(datasets)], from };
        let (mut users, mut grants) = (BTreeSet::new(), BTreeMap::new());
        for told in ask(on_mine).await? {
            if let Some((id, user)) = found.take_grant(&told)? {
                grants.insert(id, told.block);
                // What it has published itself is known.
                users.extend(Some(user).filter(|user| *user != account));
            }
        }
        if let Some(from) = grants.values().min().copied().filter(|_| !users.is_empty()) {
            let published = Some(vec![logs::published_topic()]);
            let by = Some(users.into_iter().map(account_topic).collect());
            let on_mine = Question { contracts: vec![at.tasks], topics: vec![published, None, by], from };
            let has_seat = |draft: &Draft| draft.seats.iter().any(|seat| grants.contains_key(&seat.grant));
            for told in ask(on_mine).await? {
                found.take_task(&told, has_seat)?;
            }
        }
    }
    Ok(found)
}

impl Found {
    fn take_dataset(&mut self, told: &Told) -> Result<(), DecodeError> {
        if let Some((id, DatasetEvent::Published { .. })) = directory::logs::dataset(&told.raw)? {
            self.datasets.insert(id, told.block);
        }
        Ok(())
    }

    /// The number of the grant and who applied for it.
    fn take_grant(&mut self, told: &Told) -> Result<Option<(u64, Address)>, DecodeError> {
        Ok(match directory::logs::grant(&told.raw)? {
            Some((id, GrantEvent::Applied { user, .. })) => {
                self.grants.insert(id, told.block);
                Some((id, user))
            }
            _ => None,
        })
    }

    fn take_task(&mut self, told: &Told, is_mine: impl Fn(&Draft) -> bool) -> Result<(), DecodeError> {
        match logs::decode(&told.raw)? {
            Some((id, Event::Published { draft, .. })) if is_mine(&draft) => {
                self.tasks.insert(id, told.block);
                self.drafts.insert(id, draft);
            }
            Some((_, Event::Published { .. })) | None => {}
            // The third topic of a fixed draw is no account, and none can be made whose topic it is.
            Some((id, _)) => _ = self.tasks.entry(id).or_default(),
        }
        Ok(())
    }
}
