//! How far the index is, and which time counts.

use protocol::api::Status;
use sqlx::Row;

use crate::{
    clock,
    db::{Db, from_db},
};

/// Position and trouble of the index, the same from every server on the database.
///
/// # Errors
/// Whatever the database says.
pub async fn status(db: &Db) -> Result<Status, sqlx::Error> {
    let row = sqlx::query("SELECT block, block_at, head, trouble FROM progress WHERE id = 1")
        .fetch_optional(&db.pool)
        .await?;
    let Some(row) = row else {
        let trouble = Some("The index has not begun: the server has not reached the node yet.".to_string());
        return Ok(Status { block: 0, block_at: 0, head: 0, trouble });
    };
    Ok(Status {
        block: from_db(row.try_get(0)?),
        block_at: from_db(row.try_get(1)?),
        head: from_db(row.try_get(2)?),
        trouble: row.try_get(3)?,
    })
}

/// The moment by which phases are told, seconds since the epoch: the time of the last block, or the wall clock where
/// that is later. Blocks are minutes apart on a quiet development chain, and the next block will carry the wall
/// clock's time; but where its time was moved ahead, the chain's own time is what the contracts see. What somebody failed
/// to do in time is told by [`Status::block_at`] instead: what was done since is still to be folded.
pub fn now(status: &Status) -> u64 {
    status.block_at.max(clock::now())
}
