//! Writing a batch: raw logs, views and position in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use protocol::bounty::{Bounty, Event};
use sqlx::{AnyConnection, Connection, Row};

use super::{Batch, IndexError, Position, decode, row};
use crate::{
    chain::RawLog,
    db::{insert_many, list, to_db},
};

/// Revisions whose touched bounties are remembered.
const REMEMBERED: i64 = 1_000;
/// Blocks below the head whose hashes are kept. A reorganisation that goes deeper re-reads the chain from the start.
const KEPT_BLOCKS: u64 = 100_000;

/// The bounties of the last batch, folded: the next one often goes on with the same.
#[derive(Debug, Default)]
pub(super) struct Folded(BTreeMap<i64, Option<Bounty>>);

pub(super) async fn commit(
    connection: &mut AnyConnection,
    position: &mut Position,
    folded: &mut Folded,
    batch: &Batch,
    head: u64,
) -> Result<(), IndexError> {
    let decoded = batch.logs.iter().map(decode::logged).collect::<Result<Vec<_>, _>>()?;
    let end = batch.end().ok_or(IndexError::Moving)?;
    let next = position.at(batch.to, end.hash, head);
    let mut transaction = connection.begin().await?;
    let revision = position.advance(&mut transaction, &next, end.at, 0).await?;
    let tx = &mut *transaction;

    let kept: Vec<(&RawLog, u64)> = batch
        .logs
        .iter()
        .zip(&decoded)
        .filter_map(|(raw, logged)| logged.as_ref().map(|logged| (raw, logged.bounty)))
        .collect();
    insert_logs(tx, &kept).await?;
    insert_blocks(tx, batch).await?;

    let events: Vec<_> = decoded.into_iter().flatten().collect();
    let ids: Vec<i64> = events.iter().map(|e| to_db(e.bounty)).collect::<BTreeSet<_>>().into_iter().collect();
    let mut bounties = std::mem::take(&mut folded.0);
    bounties.retain(|id, _| ids.binary_search(id).is_ok());
    let unknown: Vec<i64> = ids.iter().copied().filter(|id| !bounties.contains_key(id)).collect();
    bounties.extend(load(tx, &unknown).await?);
    let mut people = BTreeSet::new();
    for logged in &events {
        let id = to_db(logged.bounty);
        Bounty::apply(bounties.entry(id).or_default(), logged)?;
        match &logged.event {
            Event::Created { requester, .. } => people.insert((id, requester.to_string(), row::REQUESTER)),
            Event::Submitted { trainer, .. } => people.insert((id, trainer.to_string(), row::TRAINER)),
            _ => false,
        };
    }
    row::write(tx, &bounties.values().flatten().collect::<Vec<_>>()).await?;
    row::write_people(tx, &people.into_iter().collect::<Vec<_>>()).await?;
    touch(tx, revision, &ids).await?;
    transaction.commit().await?;
    *position = next;
    folded.0 = bounties;
    Ok(())
}

async fn insert_logs(tx: &mut AnyConnection, logs: &[(&RawLog, u64)]) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = logs
        .iter()
        .map(|(log, bounty)| {
            let topics: Vec<String> = log.topics.iter().map(ToString::to_string).collect();
            (log, *bounty, log.block_hash.to_string(), log.tx.to_string(), topics.join(","), hex::encode(&log.data))
        })
        .collect();
    let into = "logs (block_hash, log_index, block, at, tx, bounty, topics, data)";
    insert_many(tx, into, 8, "ON CONFLICT DO NOTHING", &rows, |query, (log, bounty, hash, tx, topics, data)| {
        query
            .bind(hash.as_str())
            .bind(to_db(log.log_index))
            .bind(to_db(log.block))
            .bind(to_db(log.at))
            .bind(tx.as_str())
            .bind(to_db(*bounty))
            .bind(topics.as_str())
            .bind(data.as_str())
    })
    .await
}

async fn insert_blocks(tx: &mut AnyConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let mut blocks: BTreeMap<u64, (String, u64)> =
        batch.logs.iter().map(|log| (log.block, (log.block_hash, log.at))).map(text).collect();
    blocks.extend(batch.headers.iter().map(|header| (header.number, (header.hash.to_string(), header.at))));
    let rows: Vec<_> = blocks.into_iter().collect();
    let conflict = "ON CONFLICT (number) DO UPDATE SET hash = excluded.hash, at = excluded.at";
    insert_many(tx, "blocks (number, hash, at)", 3, conflict, &rows, |query, (number, (hash, at))| {
        query.bind(to_db(*number)).bind(hash.as_str()).bind(to_db(*at))
    })
    .await?;
    sqlx::query("DELETE FROM blocks WHERE number < $1")
        .bind(to_db(batch.to.saturating_sub(KEPT_BLOCKS)))
        .execute(tx)
        .await
        .map(|_| ())
}

fn text((number, (hash, at)): (u64, (protocol::Digest, u64))) -> (u64, (String, u64)) {
    (number, (hash.to_string(), at))
}

/// The folded bounties that a batch goes on with.
async fn load(tx: &mut AnyConnection, ids: &[i64]) -> Result<BTreeMap<i64, Option<Bounty>>, IndexError> {
    let mut bounties = BTreeMap::new();
    for chunk in ids.chunks(500) {
        let sql = format!("SELECT id, state FROM bounties WHERE id IN ({})", list(1, chunk.len()));
        let mut query = sqlx::query(&sql).persistent(false);
        for id in chunk {
            query = query.bind(id);
        }
        for row in query.fetch_all(&mut *tx).await? {
            let state: String = row.try_get(1)?;
            bounties.insert(row.try_get(0)?, Some(serde_json::from_str(&state)?));
        }
    }
    Ok(bounties)
}

/// Notes for the live stream which bounties a revision touched.
pub(super) async fn touch(tx: &mut AnyConnection, revision: i64, ids: &[i64]) -> Result<(), sqlx::Error> {
    insert_many(tx, "touched (revision, bounty)", 2, "ON CONFLICT DO NOTHING", ids, |query, id| {
        query.bind(revision).bind(id)
    })
    .await?;
    sqlx::query("DELETE FROM touched WHERE revision < $1").bind(revision - REMEMBERED).execute(tx).await.map(|_| ())
}
