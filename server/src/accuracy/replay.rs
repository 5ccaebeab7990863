//! Computing the whole accuracy log again from the chain alone, and comparing.
//!
//! Nothing is taken from the index: events come from the node, test sets from content by CID. What the database says is
//! what is on trial.

use std::collections::{BTreeMap, BTreeSet};

use contracts::DecodeError;
use protocol::{Address, Digest, api::Deployment};
use shared_model::{AccuracyRecord, LoggedEvent, learn::replay::ReplayError};

use super::{
    AccuracyError, AccuracyLog, entry,
    replica::Replica,
    test_sets::{Sought, TestSets},
};
use crate::{
    chain::{Chain, ChainError, RawLog},
    db::Db,
    families::shared_model as family,
    indexer::IndexError,
};

/// What a replay needs.
pub struct Replay {
    pub db: Db,
    pub chain: Chain,
    pub deployment: Deployment,
    pub test_sets: TestSets,
    pub log: AccuracyLog,
    /// Blocks that an entry waits for: later ones need not have one yet.
    pub confirmations: u64,
}

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Models that were computed again.
    pub models: usize,
    /// Entries that are as they must be.
    pub equal: usize,
    /// Entries of blocks that are not on the chain any more; another one says what happened instead.
    pub void: usize,
    /// Models that committed to no test set, or whose metadata or test set is not stored here: nothing can be said.
    pub without_test_set: Vec<Address>,
    pub mismatches: Vec<Mismatch>,
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { models, equal, void, without_test_set, mismatches } = self;
        write!(
            f,
            "replayed {models} models: {equal} entries equal, {} mismatches, {void} of blocks that are gone",
            mismatches.len()
        )?;
        match without_test_set.as_slice() {
            [] => Ok(()),
            some => write!(f, ", {} models without a stored test set", some.len()),
        }
    }
}

/// Where log and chain differ.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    #[error(
        "Entry {index} says that model {model} had {stored} after log {log_index} of block {block}; computed from the chain it had {computed}."
    )]
    Count { index: u64, model: Address, block: u64, log_index: u64, stored: Share, computed: Share },
    #[error(
        "Entry {index} names test set {stored} for model {model}, which committed to {computed} when it was created."
    )]
    TestSet { index: u64, model: Address, stored: String, computed: String },
    #[error(
        "Entry {index} says that log {log_index} of block {claimed} changed model {model}; that log is in block {block}."
    )]
    Block { index: u64, model: Address, claimed: u64, block: u64, log_index: u64 },
    #[error(
        "Entry {index} is about log {log_index} of block {block}, which is on the chain and did not change model {model}."
    )]
    NoSuchEvent { index: u64, model: Address, block: u64, log_index: u64 },
    #[error("Model {model} changed by log {log_index} of block {block}, but the log has no entry for it.")]
    Missing { model: Address, block: u64, log_index: u64 },
    #[error(
        "Model {model} changed by log {log_index} of block {block}, and the log has entries {first} and {second} for it."
    )]
    Twice { model: Address, block: u64, log_index: u64, first: u64, second: u64 },
    #[error("Entry {index} is about {model}, which the factory did not make.")]
    UnknownModel { index: u64, model: Address },
    #[error("The history of model {model} cannot be followed: {reason}")]
    Strange { model: Address, reason: ReplayError },
    #[error(
        "{account} anchored {anchored} as the root of the first {size} entries; the log's is {root}. Entries were changed after they were anchored."
    )]
    Root { account: Address, size: u64, anchored: Digest, root: Digest },
    #[error("{account} anchored {size} entries; the log has {stored}. Entries were removed.")]
    Shrunk { account: Address, size: u64, stored: u64 },
}

/// So many rows of a test set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub correct: u32,
    pub total: u32,
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} rows right", self.correct, self.total)
    }
}

impl Replay {
    /// Computes all entries, or those of one model, and compares. An entry that a running server is about to append
    /// counts as missing. `account` is whose anchors are held against the log.
    ///
    /// # Errors
    /// What keeps the replay from being made; what it finds is in the report.
    pub async fn run(&self, only: Option<Address>, account: Option<Address>) -> Result<Report, ReplayFailure> {
        self.chain.check(self.deployment.chain_id).await?;
        let head = self.chain.head().await?.number;
        let mut histories = self.histories(head).await?;
        if let Some(only) = only {
            histories.retain(|model, _| *model == only);
            if histories.is_empty() {
                return Err(ReplayFailure::NoModel(only));
            }
        }
        let mut stored: BTreeMap<Address, Vec<(u64, AccuracyRecord)>> = BTreeMap::new();
        let select = format!("SELECT {} FROM accuracy ORDER BY position", entry::COLUMNS);
        for row in sqlx::query(&select).fetch_all(&self.db.pool).await.map_err(AccuracyError::Db)? {
            let (index, record) = entry::read(&row)?;
            if only.is_none_or(|only| only == record.model) {
                stored.entry(record.model).or_default().push((index, record));
            }
        }
        let models = histories.len();
        let mut report = Report { models, equal: 0, void: 0, without_test_set: Vec::new(), mismatches: Vec::new() };
        let confirmed = head.saturating_sub(self.confirmations);
        for (model, history) in &histories {
            let entries = stored.remove(model).unwrap_or_default();
            self.compare(&mut report, *model, history, &entries, confirmed).await?;
        }
        for (model, entries) in stored {
            for (index, record) in entries {
                // A model that was made in a block which is gone is gone with it.
                match self.on_chain(&record).await? {
                    true => report.mismatches.push(Mismatch::UnknownModel { index, model }),
                    false => report.void += 1,
                }
            }
        }
        self.compare_anchors(&mut report, account, head).await?;
        Ok(report)
    }

    /// All events of all models, from the node.
    async fn histories(&self, head: u64) -> Result<BTreeMap<Address, Vec<LoggedEvent>>, ReplayFailure> {
        let mut histories: BTreeMap<Address, Vec<LoggedEvent>> = BTreeMap::new();
        let Some(factory) = self.deployment.contract(shared_model::MODEL_FACTORY) else { return Ok(histories) };
        let start = self.deployment.start_block;
        for log in self.logs(&[factory], start, head).await? {
            if let Some(made) = read(&log, family::of_factory)? {
                histories.insert(made.subject, vec![made]);
            }
        }
        let models: Vec<Address> = histories.keys().copied().collect();
        for log in self.logs(&models, start, head).await? {
            if let (Some(event), Some(history)) = (read(&log, family::of_model)?, histories.get_mut(&log.address)) {
                history.push(event);
            }
        }
        Ok(histories)
    }

    async fn logs(&self, addresses: &[Address], start: u64, head: u64) -> Result<Vec<RawLog>, ReplayFailure> {
        if start > head {
            return Ok(Vec::new());
        }
        Ok(self.chain.logs(addresses, start, head).await?)
    }

    async fn compare(
        &self,
        report: &mut Report,
        model: Address,
        history: &[LoggedEvent],
        entries: &[(u64, AccuracyRecord)],
        confirmed: u64,
    ) -> Result<(), ReplayFailure> {
        let Some(created) = history.first() else { return Ok(()) };
        let Sought::Found(cid, rows) = self.test_sets.of(created).await? else {
            report.without_test_set.push(model);
            return Ok(());
        };
        let mut computed = BTreeMap::new();
        let follow = || -> Result<(), ReplayError> {
            let Some(mut replica) = Replica::created(created, cid, rows)? else { return Ok(()) };
            for logged in history {
                if let Some(record) = replica.apply(logged)? {
                    computed.insert((record.block_hash, record.log_index), record);
                }
            }
            Ok(())
        };
        if let Err(reason) = follow() {
            report.mismatches.push(Mismatch::Strange { model, reason });
            return Ok(());
        }
        let mut said: BTreeMap<(Digest, u64), u64> = BTreeMap::new();
        for (index, stored) in entries {
            let (index, place) = (*index, (stored.block_hash, stored.log_index));
            let (block, log_index) = (stored.block, stored.log_index);
            let Some(truth) = computed.get(&place) else {
                match self.on_chain(stored).await? {
                    true => report.mismatches.push(Mismatch::NoSuchEvent { index, model, block, log_index }),
                    false => report.void += 1,
                }
                continue;
            };
            if let Some(first) = said.insert(place, index) {
                report.mismatches.push(Mismatch::Twice { model, block, log_index, first, second: index });
            } else if stored.block != truth.block {
                let (claimed, block) = (stored.block, truth.block);
                report.mismatches.push(Mismatch::Block { index, model, claimed, block, log_index });
            } else if stored.test != truth.test {
                let (stored, computed) = (stored.test.to_string(), truth.test.to_string());
                report.mismatches.push(Mismatch::TestSet { index, model, stored, computed });
            } else if (stored.correct, stored.total) != (truth.correct, truth.total) {
                let share = |record: &AccuracyRecord| Share { correct: record.correct, total: record.total };
                let (stored, computed) = (share(stored), share(truth));
                report.mismatches.push(Mismatch::Count { index, model, block, log_index, stored, computed });
            } else {
                report.equal += 1;
            }
        }
        let missing = computed.values().filter(|truth| truth.block <= confirmed);
        for truth in missing.filter(|truth| !said.contains_key(&(truth.block_hash, truth.log_index))) {
            let (block, log_index) = (truth.block, truth.log_index);
            report.mismatches.push(Mismatch::Missing { model, block, log_index });
        }
        Ok(())
    }

    /// Whether the block that an entry names is on the chain.
    async fn on_chain(&self, record: &AccuracyRecord) -> Result<bool, ReplayFailure> {
        Ok(self.chain.header(record.block).await?.is_some_and(|header| header.hash == record.block_hash))
    }

    /// Holds the anchors of an account against the log as it is.
    async fn compare_anchors(
        &self,
        report: &mut Report,
        account: Option<Address>,
        head: u64,
    ) -> Result<(), ReplayFailure> {
        let (Some(contract), Some(account)) = (self.deployment.contract(shared_model::ACCURACY_LOG), account) else {
            return Ok(());
        };
        let tree = self.log.tree().await?;
        let mut seen = BTreeSet::new();
        for log in self.logs(&[contract], self.deployment.start_block, head).await? {
            let Some(anchored) = read(&log, family::anchored)?.filter(|anchored| anchored.log == account) else {
                continue;
            };
            if !seen.insert(anchored.size) {
                continue;
            }
            match tree.root_at(anchored.size) {
                Some(root) if root == anchored.root => {}
                Some(root) => {
                    let (size, anchored) = (anchored.size, anchored.root);
                    report.mismatches.push(Mismatch::Root { account, size, anchored, root });
                }
                None => {
                    let (size, stored) = (anchored.size, tree.size());
                    report.mismatches.push(Mismatch::Shrunk { account, size, stored });
                }
            }
        }
        Ok(())
    }
}

/// What a log says.
fn read<T>(log: &RawLog, decode: fn(&RawLog) -> Result<T, DecodeError>) -> Result<T, IndexError> {
    decode(log).map_err(|error| IndexError::decode(log, &error))
}

/// Why a replay cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ReplayFailure {
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error(transparent)]
    Log(#[from] AccuracyError),
    #[error(transparent)]
    Index(#[from] crate::indexer::IndexError),
    #[error("The factory of this deployment did not make a model {0}. Check --model and --deployment.")]
    NoModel(Address),
}
