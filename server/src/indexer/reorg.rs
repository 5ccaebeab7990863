//! Going back to the last block that index and node have in common.

use std::collections::BTreeSet;

use protocol::{Digest, api::Deployment, subject::Subject};
use sqlx::{AnyConnection, Connection, Row};
use tracing::info;

use super::{
    Gap, IndexError, Position, Sources,
    fetch::late::{self, Missed},
    folds::{About, Folds},
    logs,
    refold::refold,
    touched,
};
use crate::{
    chain::{Chain, Header},
    db::{from_db, to_db},
    family::{Families, Rows},
};

/// What going back needs to know.
pub(super) struct Retreat<'a> {
    pub(super) chain: &'a Chain,
    pub(super) deployment: &'a Deployment,
    pub(super) families: &'a Families,
}

impl Retreat<'_> {
    /// Removes what the node's chain no longer has and refolds what that touches. Returns whether anything was removed.
    ///
    /// # Errors
    /// [`IndexError`] when node or database fail; the index is then unchanged.
    pub(super) async fn to_common_block(
        &self,
        connection: &mut AnyConnection,
        position: &mut Position,
        head: &Header,
    ) -> Result<bool, IndexError> {
        // What is above the node's head is gone with the block that another took the place of.
        let passed = sqlx::query("SELECT number, hash, at FROM blocks WHERE number <= $1 ORDER BY number")
            .bind(to_db(head.number))
            .fetch_all(&mut *connection)
            .await?;
        let ancestor = common(&passed, self.chain).await?;
        self.go_back(connection, position, ancestor, None).await
    }

    /// Goes back to before a gap in a history: a block was passed whose logs the node left out then and tells now.
    /// Returns whether anything was removed. The chain is read again `width` blocks at once.
    ///
    /// # Errors
    /// [`IndexError`] when node or database fail; the index is then unchanged.
    pub(super) async fn to_before_gap(
        &self,
        connection: &mut AnyConnection,
        position: &mut Position,
        gap: &Gap,
        width: u64,
    ) -> Result<bool, IndexError> {
        let mut next = self.deployment.start_block;
        if let Some(since) = &gap.since {
            // Where it has no log yet, what is missing is in blocks that come next.
            let Some(first) = first_log(connection, gap.family, since).await? else { return Ok(false) };
            next = first;
        }
        let last = match &gap.until {
            Some(until) => first_log(connection, gap.family, until).await?,
            None => None,
        };
        let last = last.map_or(position.block, |last| last.min(position.block));
        let sources = Sources::load(connection, self.deployment, self.families).await?;
        let addresses = sources.addresses();
        // What is known stays served until the node has more to tell.
        while next <= last {
            let to = last.min(next + width - 1);
            let told = self.chain.logs(&addresses, next, to).await?;
            if let Some(missed) = late::missed(connection, &sources, self.families, &told).await? {
                return self.to_before(connection, position, missed).await;
            }
            next = to + 1;
        }
        Ok(false)
    }

    /// Goes back to before a block of which the node has told more since it was passed.
    ///
    /// # Errors
    /// [`IndexError`] when the database fails, or the node does not have the block before; the index is then unchanged.
    pub(super) async fn to_before(
        &self,
        connection: &mut AnyConnection,
        position: &mut Position,
        Missed { block, subject }: Missed,
    ) -> Result<bool, IndexError> {
        let earlier = sqlx::query("SELECT number, hash, at FROM blocks WHERE number < $1 ORDER BY number DESC LIMIT 1")
            .bind(to_db(block))
            .fetch_optional(&mut *connection)
            .await?;
        let ancestor = match earlier {
            Some(row) => Some(passed_block(&row)?),
            // Hashes are kept of the newest blocks only; the node has those of all.
            None if block > self.deployment.start_block => {
                let before = self.chain.header(block - 1).await?;
                before.map(|before| (before.number, before.hash, before.at))
            }
            None => None,
        };
        self.go_back(connection, position, ancestor, Some(subject)).await
    }

    /// `also`: a subject that is folded anew whatever comes after the ancestor.
    async fn go_back(
        &self,
        connection: &mut AnyConnection,
        position: &mut Position,
        ancestor: Option<(u64, Digest, u64)>,
        also: Option<Subject>,
    ) -> Result<bool, IndexError> {
        let start = Position::start(self.deployment);
        let (block, hash, at) = ancestor.unwrap_or((start.block, start.hash, 0));
        if (block, hash) == (position.block, position.hash) {
            return Ok(false);
        }
        let back = position.at(block, hash, position.known_head());
        let mut transaction = connection.begin().await?;
        let revision = position.advance(&mut transaction, &back, at, 1).await?;
        let sources = Sources::load(&mut transaction, self.deployment, self.families).await?;
        let (mut own, touched) = self.undone(&mut transaction, &sources, to_db(block)).await?;
        self.remove_after(&mut transaction, to_db(block)).await?;
        own.extend(also);
        for Subject { family, subject } in &own {
            if let Some(family) = self.families.named(family).filter(|family| family.is_folded()) {
                refold(&mut transaction, &sources, family, subject).await?;
            }
        }
        touched::note(&mut transaction, revision, &touched).await?;
        transaction.commit().await?;
        info!(from = position.block, to = block, subjects = own.len(), "the index went back");
        *position = back;
        Ok(true)
    }

    /// The subjects with logs in blocks after this one, and everything that these logs touch.
    async fn undone(
        &self,
        transaction: &mut AnyConnection,
        sources: &Sources,
        block: i64,
    ) -> Result<(BTreeSet<Subject>, BTreeSet<Subject>), IndexError> {
        let mut folds = Folds::new(self.families);
        let (mut own, mut touched) = (BTreeSet::new(), BTreeSet::new());
        let mut next = Some(0);
        while let Some(offset) = next {
            let part = logs::after(transaction, block, offset).await?;
            for log in &part.logs {
                if let Some(About { family, subject, also }) = folds.take(sources, log)? {
                    own.insert(Subject::new(family, subject));
                    touched.extend(also);
                }
            }
            next = part.next;
        }
        touched.extend(own.iter().cloned());
        Ok((own, touched))
    }

    /// Removes logs and blocks after this one, and the rows that come from one such log each.
    async fn remove_after(&self, transaction: &mut AnyConnection, block: i64) -> Result<(), sqlx::Error> {
        let of_logs = self.families.tables().filter(|table| table.rows == Rows::OfLog).map(|table| table.name);
        for table in of_logs.chain(["logs"]) {
            let delete = format!("DELETE FROM {table} WHERE block > $1");
            sqlx::query(&delete).bind(block).execute(&mut *transaction).await?;
        }
        sqlx::query("DELETE FROM blocks WHERE number > $1").bind(block).execute(transaction).await.map(drop)
    }
}

/// The block of a subject's first log; `None` where it has none.
async fn first_log(connection: &mut AnyConnection, family: &str, subject: &str) -> Result<Option<u64>, sqlx::Error> {
    let first: Option<i64> = sqlx::query_scalar("SELECT MIN(block) FROM logs WHERE family = $1 AND subject = $2")
        .bind(family)
        .bind(subject)
        .fetch_one(connection)
        .await?;
    Ok(first.map(from_db))
}

/// The highest block up to `number` that was passed, and its hash.
///
/// # Errors
/// [`IndexError`] when the database fails.
pub(super) async fn passed_at_most(
    connection: &mut AnyConnection,
    number: u64,
) -> Result<Option<(u64, Digest)>, IndexError> {
    let row = sqlx::query("SELECT number, hash, at FROM blocks WHERE number <= $1 ORDER BY number DESC LIMIT 1")
        .bind(to_db(number))
        .fetch_optional(&mut *connection)
        .await?;
    Ok(row.as_ref().map(passed_block).transpose()?.map(|(number, hash, _)| (number, hash)))
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
