//! How far the index is.

use protocol::{Digest, api::Deployment};
use sqlx::{AnyConnection, Connection, Row};
use tracing::warn;

use super::{IndexError, rebuild};
use crate::{
    db::{Db, from_db, to_db},
    deployment::{compare, contracts_of, stored},
    family::Families,
};

/// The last block whose logs are in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub block: u64,
    /// Zero before the first block.
    pub hash: Digest,
    /// Last head that was written down.
    head: u64,
}

impl Position {
    /// Where reading the chain begins.
    pub fn start(deployment: &Deployment) -> Self {
        Self { block: deployment.start_block.saturating_sub(1), hash: Digest::ZERO, head: 0 }
    }

    /// Whether nothing has been read yet.
    pub fn is_start(&self) -> bool {
        self.hash == Digest::ZERO
    }

    /// Reads the stored position. Where the deployment names contracts that the index does not know yet, their events
    /// have been passed: the chain is read from the start, which changes nothing of what is known.
    ///
    /// # Errors
    /// [`IndexError::OtherDeployment`] where the database is about other contracts.
    pub(super) async fn load_or_begin(
        connection: &mut AnyConnection,
        deployment: &Deployment,
        families: &Families,
    ) -> Result<Self, IndexError> {
        let start = Self::start(deployment);
        let contracts = contracts_of(deployment, families);
        if let Some(stored) = stored(connection).await? {
            let known = stored.contracts.clone();
            compare(stored, deployment, families)?;
            if known == contracts {
                let select = sqlx::query("SELECT block, block_hash, head FROM progress WHERE id = 1");
                let row = select.fetch_one(&mut *connection).await?;
                let hash: String = row.try_get(1)?;
                let hash = hash.parse().unwrap_or_default();
                return Ok(Self { block: from_db(row.try_get(0)?), hash, head: from_db(row.try_get(2)?) });
            }
            warn!(?known, ?contracts, "the deployment has more contracts than the index; indexing from the start");
        }
        let mut transaction = connection.begin().await?;
        let folded = families.tables().map(|table| table.name);
        for table in ["progress", "contracts", "blocks", "logs", "touched"].into_iter().chain(folded) {
            sqlx::query(&format!("DELETE FROM {table}")).execute(&mut *transaction).await?;
        }
        sqlx::query(
            "INSERT INTO progress (id, chain_id, block, block_hash, block_at, head, revision, reorgs, trouble) \
             VALUES (1, $1, $2, $3, 0, 0, 0, 0, NULL)",
        )
        .bind(to_db(deployment.chain_id))
        .bind(to_db(start.block))
        .bind(start.hash.to_string())
        .execute(&mut *transaction)
        .await?;
        for family in families.iter() {
            rebuild::note_version(&mut transaction, family).await?;
        }
        for (name, address) in contracts {
            sqlx::query("INSERT INTO contracts (name, address) VALUES ($1, $2)")
                .bind(name)
                .bind(address)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(start)
    }

    /// Writes down the head the node reports, and that there is no trouble, where that is news.
    pub(super) async fn heard(&mut self, connection: &mut AnyConnection, head: u64) -> Result<(), IndexError> {
        if self.head != head {
            sqlx::query("UPDATE progress SET head = $1, trouble = NULL WHERE id = 1")
                .bind(to_db(head))
                .execute(&mut *connection)
                .await?;
            self.head = head;
        } else {
            sqlx::query("UPDATE progress SET trouble = NULL WHERE id = 1 AND trouble IS NOT NULL")
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }

    /// Moves the stored position, as the first statement of a transaction. On SQLite this takes the write lock; on
    /// either database it makes sure that nobody else has moved it since. Returns the new revision.
    pub(super) async fn advance(
        &self,
        transaction: &mut AnyConnection,
        to: &Self,
        at: u64,
        reorgs: i64,
    ) -> Result<i64, IndexError> {
        let moved = sqlx::query(
            "UPDATE progress SET block = $1, block_hash = $2, block_at = $3, head = $4, revision = revision + 1, \
             reorgs = reorgs + $5, trouble = NULL WHERE id = 1 AND block = $6 AND block_hash = $7",
        )
        .bind(to_db(to.block))
        .bind(to.hash.to_string())
        .bind(to_db(at))
        .bind(to_db(to.head))
        .bind(reorgs)
        .bind(to_db(self.block))
        .bind(self.hash.to_string())
        .execute(&mut *transaction)
        .await?;
        if moved.rows_affected() != 1 {
            return Err(IndexError::Overtaken);
        }
        let revision = sqlx::query("SELECT revision FROM progress WHERE id = 1").fetch_one(&mut *transaction).await?;
        Ok(revision.try_get(0)?)
    }

    pub(super) fn at(&self, block: u64, hash: Digest, head: u64) -> Self {
        Self { block, hash, head: head.max(block) }
    }

    pub(super) fn known_head(&self) -> u64 {
        self.head
    }
}

/// Says in the status what keeps the index from advancing. Where the database does not take even that, the log has
/// it, and `/healthz` is about the database.
pub(super) async fn record_error(db: &Db, trouble: &str) {
    let written = sqlx::query("UPDATE progress SET trouble = $1 WHERE id = 1").bind(trouble).execute(&db.pool).await;
    match written {
        Ok(done) if done.rows_affected() == 1 => {}
        Ok(_) => warn!("no index has begun, so its status cannot say what is wrong"),
        Err(error) => warn!(%error, "the status cannot be written"),
    }
}
