//! Writing a batch: raw logs, views and position in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use bounty::Bounty;
use protocol::api::Deployment;
use sqlx::{AnyConnection, Connection};

use super::{Batch, IndexError, Position, anchors, bounties, decode, decode::Said, models, touched, trained};
use crate::{
    chain::RawLog,
    db::{Statement, insert_many, to_db},
};

/// Blocks below the head whose hashes are kept. A reorganisation that goes deeper re-reads the chain from the start.
const KEPT_BLOCKS: u64 = 100_000;

/// The bounties of the last batch, folded: the next one often goes on with the same.
#[derive(Debug, Default)]
pub(super) struct Folded(pub(super) BTreeMap<i64, Option<Bounty>>);

pub(super) async fn commit(
    connection: &mut AnyConnection,
    deployment: &Deployment,
    position: &mut Position,
    folded: &mut Folded,
    batch: &Batch,
    head: u64,
) -> Result<(), IndexError> {
    let mut said = Vec::with_capacity(batch.logs.len());
    for log in &batch.logs {
        if let Some(what) = decode::read(log, deployment)? {
            said.push((log, what));
        }
    }
    let end = batch.end().ok_or(IndexError::Moving)?;
    let next = position.at(batch.to, end.hash, head);
    let mut transaction = connection.begin().await?;
    let revision = position.advance(&mut transaction, &next, end.at, 0).await?;
    let tx = &mut *transaction;
    insert_logs(tx, &said).await?;
    insert_blocks(tx, batch).await?;

    let (mut of_bounties, mut of_models, mut roots) = (Vec::new(), Vec::new(), Vec::new());
    let (mut attestations, mut published) = (Vec::new(), Vec::new());
    for (log, what) in said {
        match what {
            Said::Bounty(event) => of_bounties.push(event),
            Said::Model(event) => of_models.push(event),
            Said::Anchored(anchored) => roots.push((log, anchored)),
            Said::Attested(said) => attestations.push((log, said)),
            Said::Published(event) => published.push((log, event)),
        }
    }
    let mut touched_bounties: BTreeSet<i64> = bounties::apply(tx, folded, &of_bounties).await?.into_iter().collect();
    let touched_models = models::apply(tx, &of_models).await?;
    anchors::write(tx, &roots).await?;
    touched_bounties.extend(trained::write_attestations(tx, &attestations).await?);
    trained::write_published(tx, &published).await?;
    if !published.is_empty() {
        touched_bounties.insert(trained::LIST);
    }
    let touched_bounties: Vec<i64> = touched_bounties.into_iter().collect();
    touched::note(tx, revision, &touched_bounties, &touched_models).await?;
    transaction.commit().await?;
    *position = next;
    Ok(())
}

async fn insert_logs(tx: &mut AnyConnection, logs: &[(&RawLog, Said)]) -> Result<(), sqlx::Error> {
    let (mut of_market, mut of_others) = (Vec::new(), Vec::new());
    for (log, said) in logs {
        let topics: Vec<String> = log.topics.iter().map(ToString::to_string).collect();
        let texts = [log.block_hash.to_string(), log.tx.to_string(), topics.join(","), hex::encode(&log.data)];
        match said {
            Said::Bounty(event) => of_market.push((*log, event.bounty, texts)),
            Said::Model(event) => of_others.push((*log, texts, log.address.to_string(), event.model.to_string())),
            Said::Anchored(_) | Said::Attested(_) | Said::Published(_) => {
                of_others.push((*log, texts, log.address.to_string(), String::new()));
            }
        }
    }
    // The market's are the most, and do without the two columns that only the others need.
    let into = "logs (block_hash, tx, topics, data, log_index, block, at, bounty)";
    insert_many(tx, into, 8, "ON CONFLICT DO NOTHING", &of_market, |query, (log, bounty, texts)| {
        placed(query, log, texts).bind(to_db(*bounty))
    })
    .await?;
    let into = "logs (block_hash, tx, topics, data, log_index, block, at, bounty, address, model)";
    insert_many(tx, into, 10, "ON CONFLICT DO NOTHING", &of_others, |query, (log, texts, address, model)| {
        placed(query, log, texts).bind(0i64).bind(address.as_str()).bind(model.as_str())
    })
    .await
}

/// Binds what a log says and where it is.
fn placed<'q>(query: Statement<'q>, log: &RawLog, texts: &'q [String; 4]) -> Statement<'q> {
    let query = texts.iter().fold(query, |query, text| query.bind(text.as_str()));
    query.bind(to_db(log.log_index)).bind(to_db(log.block)).bind(to_db(log.at))
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
