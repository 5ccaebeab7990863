//! What one account has a part in, without the logs of others: found by the events that name the account, and asked of the
//! contracts. No server is needed for it, so that none can leave anything out.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{abi::number_topic, returns};
use directory::{DATASETS, DIRECTORY, Dataset, GRANTS, Grant, GrantEvent, GrantState, Organisation};
use futures::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use leptos::prelude::*;
use protocol::{Address, Amount, Digest};
use rpc::Filter;
use tasks::{
    Draft, Step, TASKS, Task, calls,
    own::{self, Contracts, Found, Question, Told},
};

use crate::chain::{ChainError, Reader};

type Finding = Shared<LocalBoxFuture<'static, Result<Found, ChainError>>>;

/// The finding that was begun last: several parts of the page want the same. Of the whole page.
#[derive(Clone, Copy)]
pub(in crate::chain) struct Own(StoredValue<Option<(Address, u64, Finding)>, LocalStorage>);

impl Own {
    pub fn new() -> Self {
        Self(StoredValue::new_local(None))
    }
}

/// A task that an account has a part in, as the newest block has it.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnTask {
    part: own::Part,
    /// Number of the newest block.
    block: u64,
    /// Hash of the block that draws its helper, where nobody has drawn and the chain still knows it.
    hash: Option<Digest>,
}

impl OwnTask {
    pub fn id(&self) -> u64 {
        self.part.id
    }

    pub fn task(&self) -> Option<&Task> {
        self.part.task()
    }

    /// What an account can do about it.
    pub fn steps(&self, account: Address, now: u64) -> Vec<Step> {
        self.part.steps(account, now, self.block, self.hash)
    }

    /// When what can be done changes next by time alone.
    pub fn changes_at(&self, now: u64) -> Option<u64> {
        self.part.changes_at(now)
    }

    /// Whether nothing about it can change any more that an account would have to know.
    pub fn is_over(&self, account: Address, now: u64) -> bool {
        self.part.is_over(account, now)
    }
}

impl Reader {
    fn own_contracts(self) -> Result<Contracts, ChainError> {
        let deployment = self.deployment();
        Ok(Contracts {
            directory: deployment.demand(DIRECTORY)?,
            datasets: deployment.demand(DATASETS)?,
            grants: deployment.demand(GRANTS)?,
            tasks: deployment.demand(TASKS)?,
        })
    }

    /// What an account has a part in: data sets, grants and tasks.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn own(self, account: Address) -> Result<Found, ChainError> {
        let (at, block) = (self.own_contracts()?, self.height().await?);
        let known = self.own.0.with_value(|begun| {
            let same = begun.as_ref().filter(|(of, height, _)| (*of, *height) == (account, block));
            same.map(|(_, _, finding)| finding.clone())
        });
        let finding = known.unwrap_or_else(|| {
            let finding = async move { own::found(account, at, async |question| self.answer(question).await).await };
            let finding = finding.boxed_local().shared();
            self.own.0.set_value(Some((account, block, finding.clone())));
            finding
        });
        let found = finding.await;
        if found.is_err() {
            // Whoever asks next begins anew.
            self.own.0.set_value(None);
        }
        found
    }

    /// The logs that a question asks for.
    async fn answer(self, question: Question) -> Result<Vec<Told>, ChainError> {
        let filter = Filter { addresses: question.contracts, topics: question.topics };
        let from = question.from.max(self.deployment().start_block);
        let logs = self.history(&filter, from, None).await?;
        Ok((&logs)
            .into_iter()
            .map(|log| Told { contract: log.address, block: log.block, raw: log.raw.clone() })
            .collect())
    }

    /// A task of an account; `None` where it has no part in it. `draft` is how it was published, where that is known.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn own_task(
        self,
        account: Address,
        id: u64,
        draft: Option<&Draft>,
    ) -> Result<Option<OwnTask>, ChainError> {
        let ask = async |to, data| self.call(None, to, data).await;
        let logs = async |question| self.answer(question).await;
        let Some(part) = own::read((account, id), draft, self.own_contracts()?, ask, logs).await? else {
            return Ok(None);
        };
        let block = self.height().await?;
        let hash = match part.draws.filter(|number| *number < block) {
            Some(number) => self.client().header(number).await?.map(|header| header.hash),
            None => None,
        };
        Ok(Some(OwnTask { part, block, hash }))
    }

    /// What an account can collect beside its parts of tasks.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn owed(self, account: Address) -> Result<Amount, ChainError> {
        let tasks = self.deployment().demand(TASKS)?;
        Ok(returns::amount(&self.call(None, tasks, calls::owed(account)).await?)?)
    }

    /// What the directory stores of an account; `None` for one that never joined.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn organisation(self, account: Address) -> Result<Option<Organisation>, ChainError> {
        let directory = self.deployment().demand(DIRECTORY)?;
        let data = directory::calls::directory::organisation(account);
        Ok(directory::returns::organisation(&self.call(None, directory, data).await?)?)
    }

    /// A data set, as the contract stores it.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn dataset(self, id: u64) -> Result<Option<Dataset>, ChainError> {
        let contract = self.deployment().demand(DATASETS)?;
        Ok(directory::returns::dataset(&self.call(None, contract, directory::calls::datasets::dataset(id)).await?)?)
    }

    /// Grants as the contract stores them, by number; those that there are not are left out. Why one was refused stands in
    /// its event alone, which is looked for from block `from` on.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn grants(self, ids: &BTreeSet<u64>, from: u64) -> Result<BTreeMap<u64, Grant>, ChainError> {
        let contract = self.deployment().demand(GRANTS)?;
        let mut grants = BTreeMap::new();
        for id in ids {
            let answer = self.call(None, contract, directory::calls::grants::grant(*id)).await?;
            grants.extend(directory::returns::grant(&answer)?.map(|grant| (*id, grant)));
        }
        let is_refused = |(_, grant): &(&u64, &Grant)| grant.state == GrantState::Refused;
        let refused: Vec<Digest> = grants.iter().filter(is_refused).map(|(id, _)| number_topic(*id)).collect();
        if !refused.is_empty() {
            let topics = vec![Some(vec![directory::logs::refused_topic()]), Some(refused)];
            for told in self.answer(Question { contracts: vec![contract], topics, from }).await? {
                if let Some((id, GrantEvent::Refused { reason })) = directory::logs::grant(&told.raw)?
                    && let Some(grant) = grants.get_mut(&id)
                {
                    grant.reason = Some(reason);
                }
            }
        }
        Ok(grants)
    }
}
