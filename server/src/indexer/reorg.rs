//! Going back to the last block that index and node have in common.

use bounty::FoldError;
use protocol::{Digest, api::Deployment};
use sqlx::{AnyConnection, Connection, Row};
use tracing::info;

use super::{Hole, IndexError, Position, Sources, bounties, models, row, touched, trained};
use crate::{
    chain::Chain,
    db::{from_db, to_db},
};

/// Removes what the node's chain no longer has and refolds what that touches. Returns whether anything was removed.
///
/// # Errors
/// [`IndexError`] when node or database fail; the index is then unchanged.
pub(super) async fn retreat(
    connection: &mut AnyConnection,
    position: &mut Position,
    chain: &Chain,
    deployment: &Deployment,
) -> Result<bool, IndexError> {
    let passed = sqlx::query("SELECT number, hash, at FROM blocks ORDER BY number").fetch_all(&mut *connection).await?;
    let ancestor = common(&passed, chain).await?;
    go_back(connection, position, deployment, ancestor).await
}

/// Goes back to before a hole in a history: a block was passed whose logs the node left out then and tells now.
/// Returns whether anything was removed.
///
/// Numbers of bounties are given in order, so a missing creation is later than the creation of the last bounty known
/// before it, and a missing submission later than its bounty's creation.
///
/// # Errors
/// [`IndexError`] when node or database fail; the index is then unchanged.
pub(super) async fn before_hole(
    connection: &mut AnyConnection,
    position: &mut Position,
    chain: &Chain,
    deployment: &Deployment,
    hole: &Hole,
) -> Result<bool, IndexError> {
    let (subject, known) = match hole {
        Hole::Bounty(FoldError::NotCreated(id)) => {
            (to_db(*id).to_string(), "bounty = (SELECT MAX(bounty) FROM logs WHERE bounty < CAST($1 AS BIGINT))")
        }
        Hole::Bounty(FoldError::UnknownTrainer { id, .. }) => (to_db(*id).to_string(), "bounty = CAST($1 AS BIGINT)"),
        Hole::Model(model) => (model.to_string(), "model = $1 AND model <> ''"),
    };
    let earlier = sqlx::query(&format!(
        "SELECT number, hash, at FROM blocks WHERE number < (SELECT MIN(block) FROM logs WHERE {known}) \
         ORDER BY number DESC LIMIT 1"
    ))
    .bind(subject)
    .fetch_optional(&mut *connection)
    .await?;
    let ancestor = earlier.as_ref().map(passed_block).transpose()?;
    // What is known stays served until the node has more to tell.
    let from = ancestor.map_or(deployment.start_block, |(block, ..)| block + 1);
    let addresses = Sources::load(connection, deployment).await?.addresses();
    let told = chain.logs(&addresses, from, position.block).await?.len() as i64;
    let stored: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM logs WHERE block >= $1")
        .bind(to_db(from))
        .fetch_one(&mut *connection)
        .await?;
    if told <= stored {
        return Ok(false);
    }
    go_back(connection, position, deployment, ancestor).await
}

async fn go_back(
    connection: &mut AnyConnection,
    position: &mut Position,
    deployment: &Deployment,
    ancestor: Option<(u64, Digest, u64)>,
) -> Result<bool, IndexError> {
    let start = Position::start(deployment);
    let (block, hash, at) = ancestor.unwrap_or((start.block, start.hash, 0));
    if (block, hash) == (position.block, position.hash) {
        return Ok(false);
    }
    let back = position.at(block, hash, position.known_head());
    let mut transaction = connection.begin().await?;
    let revision = position.advance(&mut transaction, &back, at, 1).await?;
    let ids = bounties::since(&mut transaction, to_db(block)).await?;
    let addresses = models::since(&mut transaction, to_db(block)).await?;
    for table in ["logs WHERE block", "anchors WHERE block", "blocks WHERE number"] {
        sqlx::query(&format!("DELETE FROM {table} > $1")).bind(to_db(block)).execute(&mut *transaction).await?;
    }
    for &id in &ids {
        row::refold(&mut transaction, id).await?;
    }
    for address in &addresses {
        models::refold(&mut transaction, address).await?;
    }
    let mut touched = trained::forget_since(&mut transaction, to_db(block)).await?;
    touched.extend(&ids);
    let touched: Vec<i64> = touched.into_iter().collect();
    touched::note(&mut transaction, revision, &touched, &addresses).await?;
    transaction.commit().await?;
    let (from, bounties, models) = (position.block, ids.len(), addresses.len());
    info!(from, to = block, bounties, models, "the index went back");
    *position = back;
    Ok(true)
}

/// The highest passed block that is still on the node's chain. If a block is, all before it are: so the search can
/// halve.
async fn common(passed: &[sqlx::any::AnyRow], chain: &Chain) -> Result<Option<(u64, Digest, u64)>, IndexError> {
    let (mut stands, mut beyond) = (None, passed.len());
    let mut low = 0;
    while low < beyond {
        let middle = low + (beyond - low) / 2;
        let (number, hash, at) = passed_block(&passed[middle])?;
        if chain.header(number).await?.is_some_and(|header| header.hash == hash) {
            stands = Some((number, hash, at));
            low = middle + 1;
        } else {
            beyond = middle;
        }
    }
    Ok(stands)
}

/// Number, hash and time of a row of `blocks`.
fn passed_block(row: &sqlx::any::AnyRow) -> Result<(u64, Digest, u64), sqlx::Error> {
    let (number, hash, at): (i64, String, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    Ok((from_db(number), hash.parse().unwrap_or(Digest::ZERO), from_db(at)))
}
