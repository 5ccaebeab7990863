//! Going back to the last block that index and node have in common.

use protocol::{Digest, api::Deployment};
use sqlx::{AnyConnection, Connection, Row};
use tracing::info;

use super::{IndexError, Position, commit, row};
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
    let start = Position::start(deployment);
    let (block, hash, at) = ancestor.unwrap_or((start.block, start.hash, 0));
    if (block, hash) == (position.block, position.hash) {
        return Ok(false);
    }
    let back = position.at(block, hash, position.known_head());
    let mut transaction = connection.begin().await?;
    let revision = position.advance(&mut transaction, &back, at, 1).await?;
    let ids = sqlx::query("SELECT DISTINCT bounty FROM logs WHERE block > $1 ORDER BY bounty")
        .bind(to_db(block))
        .fetch_all(&mut *transaction)
        .await?;
    let ids = ids.iter().map(|row| row.try_get(0)).collect::<Result<Vec<i64>, _>>()?;
    for table in ["logs WHERE block", "blocks WHERE number"] {
        sqlx::query(&format!("DELETE FROM {table} > $1")).bind(to_db(block)).execute(&mut *transaction).await?;
    }
    for &id in &ids {
        row::refold(&mut transaction, id).await?;
    }
    commit::touch(&mut transaction, revision, &ids).await?;
    transaction.commit().await?;
    info!(from = position.block, to = block, bounties = ids.len(), "the chain was reorganised");
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
        let (number, hash, at): (i64, String, i64) =
            (passed[middle].try_get(0)?, passed[middle].try_get(1)?, passed[middle].try_get(2)?);
        let (number, hash) = (from_db(number), hash.parse().unwrap_or(Digest::ZERO));
        if chain.header(number).await?.is_some_and(|header| header.hash == hash) {
            stands = Some((number, hash, from_db(at)));
            low = middle + 1;
        } else {
            beyond = middle;
        }
    }
    Ok(stands)
}
