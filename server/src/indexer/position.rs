//! How far the index is.

use std::collections::BTreeMap;

use protocol::{Digest, api::Deployment};
use sqlx::{AnyConnection, Connection, Row};
use tracing::warn;

use super::{IndexError, rebuild};
use crate::{
    db::{Db, from_db, to_db},
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

    /// Reads the stored position. An index of other contracts is emptied: it can be had again from its chain.
    ///
    /// # Errors
    /// [`IndexError::Db`].
    pub(super) async fn load_or_begin(
        connection: &mut AnyConnection,
        deployment: &Deployment,
        families: &Families,
    ) -> Result<Self, IndexError> {
        let start = Self::start(deployment);
        let contracts = contracts_of(deployment, families);
        let stored_contracts = stored_contracts(connection).await?;
        let row = sqlx::query("SELECT chain_id, block, block_hash, head FROM progress WHERE id = 1")
            .fetch_optional(&mut *connection)
            .await?;
        let stored_chain = row.as_ref().map(|row| row.try_get::<i64, _>(0)).transpose()?;
        let same_chain = stored_chain == Some(to_db(deployment.chain_id));
        if let Some(row) = row {
            if same_chain && stored_contracts == contracts {
                let hash: String = row.try_get(2)?;
                let hash = hash.parse().unwrap_or_default();
                return Ok(Self { block: from_db(row.try_get(1)?), hash, head: from_db(row.try_get(3)?) });
            }
            warn!(stored = ?stored_contracts, ?contracts, "the database holds the index of other contracts; indexing from the start");
        }
        let mut transaction = connection.begin().await?;
        let folded = families.tables().map(|table| table.name);
        for table in ["progress", "contracts", "blocks", "logs", "touched"].into_iter().chain(folded) {
            sqlx::query(&format!("DELETE FROM {table}")).execute(&mut *transaction).await?;
        }
        if stored_chain.is_some() {
            for kept in families.iter().flat_map(|family| family.kept()) {
                // What was said about the subjects of another contract is no beginning for those of this one.
                let same = same_chain && stored_contracts.get(kept.contract) == contracts.get(kept.contract);
                for table in kept.tables.iter().filter(|_| !same) {
                    sqlx::query(&format!("DELETE FROM {table}")).execute(&mut *transaction).await?;
                }
            }
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

/// Contracts by their Solidity names, addresses as text.
type Contracts = BTreeMap<String, String>;

/// The contracts of a deployment whose logs are indexed.
fn contracts_of(deployment: &Deployment, families: &Families) -> Contracts {
    let names = families.iter().flat_map(|family| family.contracts());
    let found = names.filter_map(|name| deployment.contract(name).map(|at| (name.to_string(), at.to_string())));
    found.collect()
}

/// The contracts that are in the index.
async fn stored_contracts(connection: &mut AnyConnection) -> Result<Contracts, sqlx::Error> {
    let rows = sqlx::query("SELECT name, address FROM contracts").fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
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
