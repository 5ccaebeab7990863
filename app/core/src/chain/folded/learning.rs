//! Reading who learns together: organisations, data sets, grants and tasks, all from their contracts' own events, folded by
//! the rules that the contracts have too. So whoever asks what can be done is told what a contract would say.

mod own;
mod signed;

use std::{collections::BTreeMap, sync::Arc};

use contracts::Refused;
use directory::{Charge, DATASETS, DIRECTORY, Event as RegistryEvent, GRANTS, Grant, Registry};
use protocol::{Address, Digest, subject::Subject};
use rpc::{Filter, RawLog};
use tasks::{Book, Call, Event, LoggedEvent, Move, Outcome, Said, Step, TASKS, calls, logs};

pub(in crate::chain) use self::own::Own;
pub use self::own::OwnTask;
use super::following::Fold;
use crate::chain::{ChainError, Reader, refusals::REFUSALS, whole::List};

/// Everything about learning together.
#[derive(Debug, Clone, Default)]
pub struct Learning {
    pub book: Book,
    /// What was said of each task, in order.
    pub events: BTreeMap<u64, Vec<LoggedEvent>>,
    /// Hashes of blocks that draw helpers, where nobody has drawn yet and the chain still knows them.
    hashes: BTreeMap<u64, Digest>,
    /// Number of the newest block.
    block: u64,
}

impl Learning {
    /// Organisations, data sets and grants as the contracts store them, as far as they were asked for.
    pub fn of(registry: Registry) -> Self {
        Self { book: Book { registry, ..Book::default() }, ..Self::default() }
    }

    /// What a call would say by the rules, or the sentence with which the contract would refuse it.
    ///
    /// # Errors
    /// [`ChainError::Reverted`] with the contract's reason.
    pub fn decide(&self, caller: Address, now: u64, what: &Move) -> Result<Vec<Said>, ChainError> {
        let refused = |refused: Refused| ChainError::Reverted(refused.revert(&REFUSALS).sentence);
        self.asked(caller, now, |call| self.book.decide(call, what)).map_err(refused)
    }

    /// What a call about organisations, data sets and grants would say by the rules, or the sentence with which the contract
    /// would refuse it.
    ///
    /// # Errors
    /// [`ChainError::Reverted`] with the contract's reason.
    pub fn decide_data(
        &self,
        caller: Address,
        now: u64,
        what: &directory::Move,
    ) -> Result<Vec<RegistryEvent>, ChainError> {
        let refused = |refused: Refused| ChainError::Reverted(refused.revert(&REFUSALS).sentence);
        self.book.registry.decide(caller, now, what).map_err(refused)
    }

    /// What an account can do about a task now.
    pub fn steps(&self, account: Address, now: u64, task: u64) -> Vec<Step> {
        self.asked(account, now, |call| self.book.steps(call, task))
    }

    /// Whether tasks that run one after another, with these charges, could start on a grant now, or as soon as it begins.
    ///
    /// # Errors
    /// [`ChainError::Reverted`] with the contract's reason for the first that could not.
    pub fn holds(&self, id: u64, now: u64, charges: &[Charge]) -> Result<(), ChainError> {
        let Some((grant, dataset)) = self.book.registry.grant(id) else { return Ok(()) };
        let mut grant = grant.clone();
        for charge in charges {
            let refused = |refused: Refused| ChainError::Reverted(refused.revert(&REFUSALS).sentence);
            grant.may_hold(id, dataset, now.max(grant.terms.from), *charge).map_err(refused)?;
            let held = grant.hold(*charge);
            grant = Grant::after(Some(grant.clone()), &held).unwrap_or(grant);
        }
        Ok(())
    }

    /// What all seats of a task have signed, once it is finished.
    pub fn outcome(&self, task: u64) -> Option<Outcome> {
        self.events.get(&task)?.iter().rev().find_map(|logged| match &logged.event {
            Event::Finished { outcome, .. } => Some(*outcome),
            _ => None,
        })
    }

    fn asked<T>(&self, caller: Address, now: u64, ask: impl FnOnce(Call<'_>) -> T) -> T {
        ask(Call { caller, now, block: self.block, hash_of: &|block| self.hashes.get(&block).copied() })
    }
}

impl Reader {
    /// Everything about learning together, as the newest block has it. What was folded before is not folded again; where
    /// nothing came, the same is given.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn learning(self) -> Result<Arc<Learning>, ChainError> {
        let deployment = self.deployment();
        let tasks = deployment.demand(TASKS)?;
        let contracts =
            [deployment.demand(DIRECTORY)?, deployment.demand(DATASETS)?, deployment.demand(GRANTS)?, tasks];
        let list = List {
            subject: tasks_listed(),
            filter: Filter::of(contracts),
            contract: tasks,
            count: calls::task_count(),
            what: "tasks",
        };
        let learning = self
            .list(&list, async || {
                let block = self.height().await?;
                let logs = self.history(&list.filter, deployment.start_block, None).await?;
                let learning = self.fold_on(self.learned, &logs, block, contracts).await?;
                let told = learning.book.tasks.values().len() as u64;
                Ok((learning, told))
            })
            .await?;
        self.with_draws(learning).await
    }

    /// The same with the hashes of blocks that draw helpers, where nobody has drawn yet.
    async fn with_draws(self, learning: Arc<Learning>) -> Result<Arc<Learning>, ChainError> {
        let block = self.height().await?;
        let open = learning.book.draws.values().filter(|draw| draw.hash.is_none()).map(|draw| draw.number);
        let hashes = self.hashes_of(open, &learning.hashes, block).await?;
        if hashes.is_empty() {
            return Ok(learning);
        }
        let added = self.learned.add(|learning| {
            learning.hashes.extend(hashes);
            learning.block = block;
        });
        Ok(added.unwrap_or(learning))
    }

    /// Where a task stands by the contract itself.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn task_state(self, id: u64) -> Result<Option<tasks::returns::ChainTask>, ChainError> {
        let contract = self.deployment().demand(TASKS)?;
        Ok(tasks::returns::task(&self.call(None, contract, calls::task(id)).await?)?)
    }
}

impl Fold for Learning {
    /// Of organisations, data sets, grants and tasks.
    type Contracts = [Address; 4];

    fn block(&self) -> u64 {
        self.block
    }

    fn begin(&mut self, block: u64, contracts: [Address; 4]) {
        self.block = block;
        self.book.registry.tasks = contracts[3];
    }

    fn take_in(&mut self, log: &RawLog, at: u64, contracts: [Address; 4]) -> Result<(), ChainError> {
        let [directory, datasets, grants, _] = contracts;
        let registry = |event: Option<RegistryEvent>| event.map(Said::Registry);
        let raw = &log.raw;
        let said = if log.address == directory {
            registry(directory::logs::directory(raw)?.map(|(who, event)| RegistryEvent::Organisation(who, event)))
        } else if log.address == datasets {
            registry(directory::logs::dataset(raw)?.map(|(id, event)| RegistryEvent::Dataset(id, event)))
        } else if log.address == grants {
            registry(directory::logs::grant(raw)?.map(|(id, event)| RegistryEvent::Grant(id, event)))
        } else {
            match (logs::decode(raw)?, logs::owed(raw)?) {
                (Some((id, event)), _) => {
                    let mut logged = log.place(id, event.clone());
                    logged.at = at;
                    self.events.entry(id).or_default().push(logged);
                    Some(Said::Task(id, event))
                }
                (None, Some(logs::OwedEvent::Owed { account, amount })) => Some(Said::Owed(account, amount)),
                (None, Some(logs::OwedEvent::Collected { account, amount })) => Some(Said::Collected(account, amount)),
                (None, None) => None,
            }
        };
        said.into_iter().for_each(|said| self.book.apply(&said, at));
        Ok(())
    }
}

/// The list of tasks as something that events may be left out of.
pub fn tasks_listed() -> Subject {
    Subject::new(tasks::FAMILY, "list")
}
