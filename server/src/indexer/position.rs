//! How far the index is.

use protocol::{Address, Digest, api::Deployment};
use sqlx::{AnyConnection, Connection, Row};
use tracing::warn;

use super::IndexError;
use crate::db::{Db, from_db, to_db};

/// Tables that are folded from the logs of the market, of factory, models and accuracy log, and of the contracts about
/// models as files.
pub(super) const BOUNTY_VIEWS: [&str; 2] = ["bounties", "people"];
pub(super) const MODEL_VIEWS: [&str; 5] = ["models", "contributions", "accounts", "reports", "anchors"];
pub(super) const TRAINED_VIEWS: [&str; 3] = ["attestations", "publications", "withdrawals"];

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
    ) -> Result<Self, IndexError> {
        let start = Self::start(deployment);
        let text = |address: Option<Address>| address.map(|address| address.to_string()).unwrap_or_default();
        let Deployment { market, factory, accuracy_log, reproductions, published_models, .. } = deployment;
        let contracts = [Some(*market), *factory, *accuracy_log, *reproductions, *published_models].map(text);
        let chain_id = to_db(deployment.chain_id);
        let row = sqlx::query(
            "SELECT chain_id, market, factory, accuracy_log, reproductions, published_models, block, block_hash, head \
             FROM progress WHERE id = 1",
        )
        .fetch_optional(&mut *connection)
        .await?;
        let mut other_models = false;
        if let Some(row) = row {
            let stored_chain: i64 = row.try_get(0)?;
            let stored: [String; 5] =
                [row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?, row.try_get(5)?];
            if stored_chain == chain_id && stored == contracts {
                let hash: String = row.try_get(7)?;
                let hash = hash.parse().unwrap_or_default();
                return Ok(Self { block: from_db(row.try_get(6)?), hash, head: from_db(row.try_get(8)?) });
            }
            other_models = (stored_chain, &stored[1]) != (chain_id, &contracts[1]);
            warn!(?stored, ?contracts, "the database holds the index of other contracts; indexing from the start");
        }
        let mut transaction = connection.begin().await?;
        let views = BOUNTY_VIEWS.iter().chain(&MODEL_VIEWS).chain(&TRAINED_VIEWS);
        for table in ["progress", "blocks", "logs", "touched", "touched_models"].iter().chain(views) {
            sqlx::query(&format!("DELETE FROM {table}")).execute(&mut *transaction).await?;
        }
        if other_models {
            // What is said about the models of another factory is no beginning for the log of this one.
            for table in ["accuracy", "originals"] {
                sqlx::query(&format!("DELETE FROM {table}")).execute(&mut *transaction).await?;
            }
        }
        let insert = sqlx::query(
            "INSERT INTO progress (id, chain_id, market, factory, accuracy_log, reproductions, published_models, block, \
             block_hash, block_at, head, revision, reorgs, trouble) \
             VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, NULL)",
        )
        .bind(chain_id);
        let insert = contracts.into_iter().fold(insert, |insert, contract| insert.bind(contract));
        insert.bind(to_db(start.block)).bind(start.hash.to_string()).execute(&mut *transaction).await?;
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
pub(super) async fn complain(db: &Db, trouble: &str) {
    // It may quote a node, which may say anything; PostgreSQL takes no NUL.
    let trouble: String = trouble.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let written = sqlx::query("UPDATE progress SET trouble = $1 WHERE id = 1").bind(trouble).execute(&db.pool).await;
    match written {
        Ok(done) if done.rows_affected() == 1 => {}
        Ok(_) => warn!("no index has begun, so its status cannot say what is wrong"),
        Err(error) => warn!(%error, "the status cannot be written"),
    }
}
