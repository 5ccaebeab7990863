//! Reading who computes for whom: providers and jobs, from their contract's own events, folded by the rules that the contract
//! has too. So whoever asks what can be done is told what the contract would say.

mod own;

use std::{collections::BTreeMap, sync::Arc};

use contracts::Refused;
use jobs::{
    Book, Call, Event, FAMILY, JOBS, Job, LoggedEvent, Move, ProviderEvent, Said, State, Step,
    api::{Line, Network},
    calls,
};
use protocol::{Address, Digest, Logged, subject::Subject};
use rpc::{Filter, RawLog};

pub use self::own::OwnJob;
use super::following::Fold;
use crate::chain::{ChainError, Reader, refusals::REFUSALS, whole::List};

/// Everything about compute jobs.
#[derive(Debug, Clone, Default)]
pub struct Computing {
    pub book: Book,
    /// What was said of each job, in order.
    pub events: BTreeMap<u64, Vec<LoggedEvent>>,
    /// What providers did themselves, in order.
    pub of_providers: Vec<Logged<ProviderEvent>>,
    /// Hashes of blocks that draw jurors, where nobody has drawn yet and the chain still knows them.
    hashes: BTreeMap<u64, Digest>,
    /// Number of the newest block.
    block: u64,
}

impl Computing {
    /// What a call would say by the rules, or the sentence with which the contract would refuse it.
    ///
    /// # Errors
    /// [`ChainError::Reverted`] with the contract's reason.
    pub fn decide(&self, caller: Address, now: u64, what: &Move) -> Result<Vec<Said>, ChainError> {
        let refused = |refused: Refused| ChainError::Reverted(refused.revert(&REFUSALS).sentence);
        self.asked(caller, now, |call| self.book.decide(call, what)).map_err(refused)
    }

    /// What an account can do about a job now.
    pub fn steps(&self, account: Address, now: u64, job: u64) -> Vec<Step> {
        self.asked(account, now, |call| self.book.steps(call, job))
    }

    /// The jobs with their numbers, and when they were posted.
    pub fn jobs(&self) -> impl Iterator<Item = (u64, &Job, u64)> {
        (1..).zip(&self.book.jobs).map(|(id, job)| (id, job, self.posted_at(id)))
    }

    /// When a job was posted; 0 for one that is not there.
    pub fn posted_at(&self, job: u64) -> u64 {
        self.events.get(&job).and_then(|events| events.first()).map_or(0, |posted| posted.at)
    }

    /// The payments of a job.
    pub fn lines(&self, job: u64) -> Vec<Line> {
        self.events.get(&job).map(|events| Line::all(events)).unwrap_or_default()
    }

    /// The figures of everything until a moment, the trend up to its day.
    pub fn network(&self, now: u64) -> Network {
        let posted_at = self.jobs().map(|(id, _, at)| (id, at)).collect();
        Network::of(&self.book, &posted_at, now)
    }

    /// The same as it was after a block, which is not above the newest.
    pub fn until(&self, block: u64) -> Self {
        let jobs = self.events.values().flatten();
        let jobs = jobs.map(|logged| {
            ((logged.block, logged.log_index), logged.at, Said::Job(logged.subject, logged.event.clone()))
        });
        let providers = self.of_providers.iter().map(|logged| {
            ((logged.block, logged.log_index), logged.at, Said::Provider(logged.subject, logged.event.clone()))
        });
        let mut said: Vec<_> = jobs.chain(providers).filter(|((at, _), ..)| *at <= block).collect();
        said.sort_by_key(|(place, ..)| *place);
        let mut then = Self { block, ..Self::default() };
        for (_, at, said) in said {
            then.book.apply(&said, at);
        }
        for (id, events) in &self.events {
            let events: Vec<_> = events.iter().filter(|logged| logged.block <= block).cloned().collect();
            if !events.is_empty() {
                then.events.insert(*id, events);
            }
        }
        then
    }

    fn asked<T>(&self, caller: Address, now: u64, ask: impl FnOnce(Call<'_>) -> T) -> T {
        ask(Call { caller, now, block: self.block, hash_of: &|block| self.hashes.get(&block).copied() })
    }

    /// Blocks whose hashes draw jurors, where that was not done yet.
    fn open_draws(&self) -> impl Iterator<Item = u64> {
        let disputed = self.book.jobs.iter().filter(|job| job.state == State::Disputed);
        disputed.filter_map(|job| job.dispute.as_ref()).filter(|d| !d.drawn).map(|d| d.draw_block)
    }
}

impl Reader {
    /// Everything about compute jobs, as the newest block has it. What was folded before is not folded again; where nothing
    /// came, the same is given.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn computing(self) -> Result<Arc<Computing>, ChainError> {
        let deployment = self.deployment();
        let contract = deployment.demand(JOBS)?;
        let list = List {
            subject: jobs_listed(),
            filter: Filter::of([contract]),
            contract,
            count: calls::job_count(),
            what: "jobs",
        };
        let found = self
            .list(&list, async || {
                let block = self.height().await?;
                let logs = self.history(&list.filter, deployment.start_block, None).await?;
                let found = self.fold_on(self.computed, &logs, block, contract).await?;
                let told = found.book.jobs.len() as u64;
                Ok((found, told))
            })
            .await?;
        let block = self.height().await?;
        let hashes = self.hashes_of(found.open_draws(), &found.hashes, block).await?;
        if hashes.is_empty() {
            return Ok(found);
        }
        let added = self.computed.add(|found| {
            found.hashes.extend(hashes);
            found.block = block;
        });
        Ok(added.unwrap_or(found))
    }
}

impl Fold for Computing {
    /// Of jobs.
    type Contracts = Address;

    fn block(&self) -> u64 {
        self.block
    }

    fn begin(&mut self, block: u64, _contract: Address) {
        self.block = block;
    }

    fn take_in(&mut self, log: &RawLog, at: u64, _contract: Address) -> Result<(), ChainError> {
        let Some(said) = Said::read(&log.raw)? else { return Ok(()) };
        match &said {
            Said::Job(id, event) => {
                let mut logged = log.place::<Event>(*id, event.clone());
                logged.at = at;
                self.events.entry(*id).or_default().push(logged);
            }
            Said::Provider(account, event) => {
                let mut logged = log.place::<ProviderEvent>(*account, event.clone());
                logged.at = at;
                self.of_providers.push(logged);
            }
            Said::Owed(..) | Said::Collected(..) => {}
        }
        self.book.apply(&said, at);
        Ok(())
    }
}

/// The list of jobs as something that events may be left out of.
pub fn jobs_listed() -> Subject {
    Subject::new(FAMILY, "list")
}
