//! Appends an entry for whatever was confirmed and can be evaluated.
//!
//! It can be killed at any moment: what has an entry is known by the entry, and everything else is computed again. An
//! entry depends on the chain and the test set alone. Several servers on one database may evaluate at once; the database
//! takes each entry once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

use protocol::{Address, Digest, subject::Subject};
use shared_model::{AccuracyRecord, FAMILY, Sample, learn::replay::ReplayError};
use sqlx::{Connection, Row};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use super::{
    AccuracyError, AccuracyLog, entry,
    replica::Replica,
    test_sets::{Sought, TestSets},
};
use crate::{
    db::{Db, from_db, to_db},
    families::shared_model as family,
    indexer::{logs, touched},
};

/// How often the database is looked at where another server may index.
const LOOK: Duration = Duration::from_secs(5);
/// How often test sets are looked for that may have come by another way, e.g. to another server.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// Events that are read at once.
const STRIDE: i64 = 500;
/// Bytes of test sets whose replicas are kept for what comes next; others are built again.
const KEPT: usize = 256 << 20;

/// Evaluates models in the background.
pub struct AccuracyWorker {
    pub db: Db,
    pub test_sets: TestSets,
    pub log: Arc<AccuracyLog>,
    /// Blocks that an entry waits for.
    pub confirmations: u64,
    /// Woken after every commit of the index.
    pub advanced: Arc<Notify>,
    /// Woken after a file was stored.
    pub arrived: Arc<Notify>,
}

/// What is known from the rounds before.
#[derive(Default)]
struct Memory {
    /// Reorganisations that the index had gone back for. With another number nothing below is true any more.
    reorgs: i64,
    /// Everything up to this block is evaluated, but for the models that wait.
    until: i64,
    replicas: BTreeMap<Address, Kept>,
    /// Models whose test set may still come.
    waiting: BTreeSet<Address>,
    /// Models that cannot be evaluated: without a test set, or with a history that the replica does not understand.
    given_up: BTreeSet<Address>,
}

struct Kept {
    replica: Replica,
    /// Block and position of the last event that it has seen.
    at: (i64, i64),
    /// Events that have an entry.
    recorded: BTreeSet<(Digest, u64)>,
    /// Of its test set, about.
    bytes: usize,
    /// Round in which it was needed.
    used: u64,
}

/// Whether a model can be evaluated.
enum Beginning {
    Now(Box<Kept>),
    Later,
    Never,
}

impl AccuracyWorker {
    /// Evaluates until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut memory = Memory::default();
        let (mut round, mut again) = (0, true);
        let mut looked = Instant::now();
        loop {
            // Registered before looking, so that nothing is missed.
            let (advanced, arrived) = (self.advanced.clone(), self.arrived.clone());
            let (advanced, arrived) = (advanced.notified(), arrived.notified());
            round += 1;
            let evaluated = tokio::select! {
                () = stop.cancelled() => return,
                evaluated = self.round(&mut memory, round, again) => evaluated,
            };
            match evaluated {
                Ok(()) => {}
                Err(AccuracyError::Moving) => memory = Memory::default(),
                Err(error) => {
                    warn!(%error, "the accuracy log cannot go on");
                    memory = Memory::default();
                }
            }
            again = tokio::select! {
                () = stop.cancelled() => return,
                () = arrived => true,
                () = advanced => false,
                () = tokio::time::sleep(LOOK) => false,
            };
            if looked.elapsed() > LOOK_AGAIN {
                (again, looked) = (true, Instant::now());
            }
        }
    }

    /// `again` for models that wait: a file may have come.
    async fn round(&self, memory: &mut Memory, round: u64, again: bool) -> Result<(), AccuracyError> {
        let row = sqlx::query("SELECT block, head, reorgs FROM progress WHERE id = 1").fetch_optional(&self.db.pool);
        let Some(row) = row.await? else { return Ok(()) };
        let (block, head, reorgs): (i64, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        if reorgs != memory.reorgs {
            *memory = Memory { reorgs, ..Memory::default() };
        }
        let confirmed = block.min(head - to_db(self.confirmations));
        let rows = sqlx::query(
            "SELECT DISTINCT subject FROM logs WHERE block > $1 AND block <= $2 AND family = $3 AND subject LIKE '0x%'",
        )
        .bind(memory.until)
        .bind(confirmed)
        .bind(FAMILY)
        .fetch_all(&self.db.pool)
        .await?;
        let mut models = if again { std::mem::take(&mut memory.waiting) } else { BTreeSet::new() };
        for row in &rows {
            models.insert(logs::address(row.try_get(0)?)?);
        }
        for model in models.difference(&memory.given_up.clone()).copied() {
            self.evaluate(memory, model, confirmed, round).await?;
        }
        memory.until = memory.until.max(confirmed);
        while memory.replicas.values().map(|kept| kept.bytes).sum::<usize>() > KEPT {
            let oldest = memory.replicas.iter().min_by_key(|(_, kept)| kept.used).map(|(model, _)| *model);
            oldest.map(|model| memory.replicas.remove(&model));
        }
        Ok(())
    }

    /// Brings one model up to a block.
    async fn evaluate(
        &self,
        memory: &mut Memory,
        model: Address,
        confirmed: i64,
        round: u64,
    ) -> Result<(), AccuracyError> {
        let mut kept = match memory.replicas.remove(&model) {
            Some(kept) => kept,
            None => match self.begin(model).await? {
                Beginning::Now(kept) => *kept,
                Beginning::Later => {
                    memory.waiting.insert(model);
                    return Ok(());
                }
                Beginning::Never => {
                    memory.given_up.insert(model);
                    return Ok(());
                }
            },
        };
        kept.used = round;
        let select = format!(
            "SELECT {} FROM logs WHERE subject = $1 AND family = '{FAMILY}' AND block <= $2 \
             AND (block > $3 OR (block = $3 AND log_index > $4)) ORDER BY block, log_index LIMIT {STRIDE}",
            logs::COLUMNS
        );
        loop {
            let rows = sqlx::query(&select)
                .bind(model.to_string())
                .bind(confirmed)
                .bind(kept.at.0)
                .bind(kept.at.1)
                .fetch_all(&self.db.pool)
                .await?;
            let events = rows.iter().map(|row| family::stored(row, &model)).collect::<Result<Vec<_>, _>>()?;
            let events: Vec<_> = events.into_iter().flatten().collect();
            let end = rows.len() < STRIDE as usize;
            if let Some(last) = events.last() {
                kept.at = (to_db(last.block), to_db(last.log_index));
            }
            // A long test set takes its time.
            let mut replica = kept.replica;
            let work = move || {
                let records: Result<Vec<AccuracyRecord>, ReplayError> =
                    events.iter().filter_map(|logged| replica.apply(logged).transpose()).collect();
                (replica, records)
            };
            let (replica, records) = tokio::task::spawn_blocking(work).await?;
            kept.replica = replica;
            let records = match records {
                Ok(records) => records,
                Err(reason) => {
                    error!(%model, %reason, "the history of a model cannot be followed; it is not evaluated");
                    memory.given_up.insert(model);
                    return Ok(());
                }
            };
            let mut appended = false;
            for record in records {
                if kept.recorded.insert((record.block_hash, record.log_index)) {
                    self.append(&record, memory.reorgs).await?;
                    appended = true;
                }
            }
            if appended {
                self.tell(model).await?;
            }
            if end {
                memory.replicas.insert(model, kept);
                return Ok(());
            }
        }
    }

    /// The replica of a model as it was created.
    async fn begin(&self, model: Address) -> Result<Beginning, AccuracyError> {
        let select = format!(
            "SELECT {} FROM logs WHERE subject = $1 AND family = '{FAMILY}' AND address <> $1 \
             ORDER BY block, log_index LIMIT 1",
            logs::COLUMNS
        );
        let row = sqlx::query(&select).bind(model.to_string()).fetch_optional(&self.db.pool).await?;
        let created = row.as_ref().map(|row| family::stored(row, &model)).transpose()?.flatten();
        let Some(created) = created else { return Ok(Beginning::Later) };
        let (cid, rows) = match self.test_sets.of(&created).await? {
            Sought::Found(cid, rows) => (cid, rows),
            Sought::NotYet => return Ok(Beginning::Later),
            Sought::Never => return Ok(Beginning::Never),
        };
        let bytes = rows.iter().map(|(sample, _)| weight(sample)).sum();
        let Ok(Some(replica)) = Replica::created(&created, cid, rows) else { return Ok(Beginning::Never) };
        let select = format!("SELECT {} FROM accuracy WHERE model = $1", entry::COLUMNS);
        let rows = sqlx::query(&select).bind(model.to_string()).fetch_all(&self.db.pool).await?;
        let recorded = rows.iter().map(|row| entry::read(row).map(|(_, record)| (record.block_hash, record.log_index)));
        // Events that come before the creation in its block are the model's all the same.
        let at = (to_db(created.block), -1);
        let recorded = recorded.collect::<Result<_, _>>()?;
        Ok(Beginning::Now(Box::new(Kept { replica, at, recorded, bytes, used: 0 })))
    }

    /// Tells the live stream that there is news of a model.
    async fn tell(&self, model: Address) -> Result<(), AccuracyError> {
        let mut connection = self.db.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        touched::news_of(&mut transaction, Subject::new(FAMILY, model)).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Appends an entry, unless another server did.
    async fn append(&self, record: &AccuracyRecord, reorgs: i64) -> Result<(), AccuracyError> {
        loop {
            let position = self.log.tree().await?.size();
            if entry::append(&self.db, position, record, reorgs).await? {
                return Ok(());
            }
            let row = sqlx::query("SELECT reorgs FROM progress WHERE id = 1").fetch_optional(&self.db.pool).await?;
            if row.map(|row| row.try_get::<i64, _>(0)).transpose()? != Some(reorgs) {
                return Err(AccuracyError::Moving);
            }
            let there =
                sqlx::query("SELECT COUNT(*) FROM accuracy WHERE model = $1 AND block_hash = $2 AND log_index = $3")
                    .bind(record.model.to_string())
                    .bind(record.block_hash.to_string())
                    .bind(to_db(record.log_index))
                    .fetch_one(&self.db.pool)
                    .await?;
            if from_db(there.try_get(0)?) > 0 {
                return Ok(());
            }
            // Somebody else's entry took the position; the next one is free.
        }
    }
}

/// Bytes of a row in memory, about: its values, and a score for some classes.
fn weight(sample: &Sample) -> usize {
    let values = match sample {
        Sample::Dense(values) => values.len(),
        Sample::Sparse(features) => features.len(),
    };
    4 * values + 256
}
