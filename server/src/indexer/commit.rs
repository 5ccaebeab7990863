//! Writing a batch: raw logs, what families fold from them, and the position, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Digest, subject::Subject};
use sqlx::{AnyConnection, Connection};

use super::{
    Batch, IndexError, Position, Sources,
    folds::{About, Folds},
    logs, touched,
};
use crate::db::{insert_many, to_db};

/// Blocks below the head whose hashes are kept. A reorganisation that goes deeper re-reads the chain from the start.
const KEPT_BLOCKS: u64 = 100_000;

pub(super) async fn commit(
    connection: &mut AnyConnection,
    sources: &Sources,
    position: &mut Position,
    folds: &mut Folds,
    batch: &Batch,
    head: u64,
) -> Result<(), IndexError> {
    let mut rows = Vec::with_capacity(batch.logs.len());
    let mut subjects = BTreeSet::new();
    for log in &batch.logs {
        if let Some(About { family, subject, also }) = folds.take(sources, log)? {
            subjects.extend(also);
            rows.push((log, family, subject));
        }
    }
    subjects.extend(rows.iter().map(|(_, family, subject)| Subject::new(family, subject)));
    let end = batch.end().ok_or(IndexError::Moving)?;
    let next = position.at(batch.to, end.hash, head);
    let mut transaction = connection.begin().await?;
    let revision = position.advance(&mut transaction, &next, end.at, 0).await?;
    logs::insert(&mut transaction, &rows).await?;
    insert_blocks(&mut transaction, batch).await?;
    folds.apply(&mut transaction).await?;
    touched::note(&mut transaction, revision, &subjects).await?;
    transaction.commit().await?;
    *position = next;
    Ok(())
}

async fn insert_blocks(transaction: &mut AnyConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let text = |number: u64, hash: Digest, at: u64| (number, (hash.to_string(), at));
    let mut blocks: BTreeMap<u64, (String, u64)> =
        batch.logs.iter().map(|log| text(log.block, log.block_hash, log.at)).collect();
    blocks.extend(batch.headers.iter().map(|header| text(header.number, header.hash, header.at)));
    let rows: Vec<_> = blocks.into_iter().collect();
    let conflict = "ON CONFLICT (number) DO UPDATE SET hash = excluded.hash, at = excluded.at";
    insert_many(transaction, "blocks (number, hash, at)", 3, conflict, &rows, |query, (number, (hash, at))| {
        query.bind(to_db(*number)).bind(hash.as_str()).bind(to_db(*at))
    })
    .await?;
    sqlx::query("DELETE FROM blocks WHERE number < $1")
        .bind(to_db(batch.to.saturating_sub(KEPT_BLOCKS)))
        .execute(transaction)
        .await
        .map(|_| ())
}
