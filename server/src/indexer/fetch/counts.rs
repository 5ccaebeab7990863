//! What was folded from events, held against what the contracts store: a node that leaves events out shows here.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use protocol::{Address, api::Deployment};
use sqlx::{AnyConnection, Row};

use crate::{
    chain::Chain,
    db::{from_db, to_db},
    indexer::{IndexError, Indexer, Position, fetch::in_vain::InVain},
};

/// Rounds at the head after news until they are counted, and between two counts without news.
const SOON: u32 = 2;
const SELDOM: u32 = 240;
/// The contracts are asked about the state so many blocks ago: what came later may still be on its way.
const SETTLED: u64 = 8;
/// Subjects of a family that are counted at once because they changed, and because it is their turn.
const CHANGED: i64 = 16;
const IN_TURN: usize = 4;

/// What a family needs to hold its tables against its contracts.
pub struct Counting<'a> {
    pub connection: &'a mut AnyConnection,
    pub deployment: &'a Deployment,
    chain: &'a Chain,
    /// The contracts are asked about the state after this block.
    block: u64,
    /// Subjects that changed since this revision are counted one by one.
    since: i64,
    /// The subject of each family whose turn it was last.
    turns: &'a mut BTreeMap<&'static str, String>,
    /// How often each subject was counted.
    visits: &'a mut BTreeMap<String, u64>,
}

impl Counting<'_> {
    /// What a view answers; `None` where it does not, e.g. because the node keeps no older states: then nothing can be
    /// held against it.
    pub async fn view(&mut self, contract: Address, data: &[u8]) -> Option<Vec<u8>> {
        self.chain.call_at(self.block, contract, data).await.ok()
    }

    /// How many of these subjects were told up to the block that the contracts are asked about: what was made later would
    /// take the place of what was left out. `subjects` is SQL for a column `subject` of this family.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn told(&mut self, family: &str, subjects: &str) -> Result<u64, sqlx::Error> {
        let select = format!(
            "WITH told AS ({subjects}) SELECT (SELECT COUNT(*) FROM told) - (SELECT COUNT(*) FROM told WHERE \
             subject IN (SELECT subject FROM logs WHERE family = $1 AND block > $2) AND NOT EXISTS \
             (SELECT 1 FROM logs l WHERE l.family = $1 AND l.subject = told.subject AND l.block <= $2))"
        );
        let count = sqlx::query_scalar(&select).bind(family).bind(to_db(self.block));
        count.fetch_one(&mut *self.connection).await.map(from_db)
    }

    /// The block after which the contracts are asked about their state.
    pub fn block(&self) -> u64 {
        self.block
    }

    /// Subjects of a family to count: some that changed since the last count, and the next few of all others. Whoever
    /// loses an event of a subject is told of no change of it, so each has its turn.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn subjects(&mut self, family: &'static str) -> Result<BTreeSet<String>, sqlx::Error> {
        let rows = sqlx::query("SELECT DISTINCT subject FROM touched WHERE revision > $1 AND family = $2 LIMIT $3")
            .bind(self.since)
            .bind(family)
            .bind(CHANGED)
            .fetch_all(&mut *self.connection)
            .await?;
        let mut subjects: BTreeSet<String> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        let turn = self.turns.entry(family).or_default();
        for _ in 0..IN_TURN {
            let next: Option<String> =
                sqlx::query_scalar("SELECT MIN(subject) FROM logs WHERE family = $1 AND subject > $2")
                    .bind(family)
                    .bind(turn.as_str())
                    .fetch_one(&mut *self.connection)
                    .await?;
            *turn = next.unwrap_or_default();
            if turn.is_empty() {
                break;
            }
            subjects.insert(turn.clone());
        }
        Ok(subjects)
    }

    /// Whether a subject has no event after the block that the contracts are asked about, so that what falls as well
    /// as rises can be compared.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn is_settled(&mut self, family: &str, subject: &str) -> Result<bool, sqlx::Error> {
        let later: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM logs WHERE family = $1 AND subject = $2 AND block > $3")
                .bind(family)
                .bind(subject)
                .bind(to_db(self.block))
                .fetch_one(&mut *self.connection)
                .await?;
        Ok(later == 0)
    }

    /// How often a subject was counted before: for what is counted in turn.
    pub fn visit(&mut self, subject: &str) -> u64 {
        let visits = self.visits.entry(subject.to_owned()).or_default();
        *visits += 1;
        *visits - 1
    }
}

/// When to count.
#[derive(Debug)]
pub(in crate::indexer) struct Counts {
    rounds: u32,
    /// The revision that was counted last.
    counted: i64,
    turns: BTreeMap<&'static str, String>,
    visits: BTreeMap<String, u64>,
}

impl Default for Counts {
    fn default() -> Self {
        Self { rounds: SOON, counted: 0, turns: BTreeMap::new(), visits: BTreeMap::new() }
    }
}

impl Counts {
    /// Something came in.
    pub fn expect_news(&mut self) {
        self.rounds = self.rounds.min(SOON);
    }

    /// Counts where it is time to.
    ///
    /// # Errors
    /// [`IndexError::Gap`] where a contract has more than was told, unless that was looked for in vain of late.
    pub async fn check(
        &mut self,
        connection: &mut AnyConnection,
        indexer: &Indexer,
        position: &Position,
        in_vain: &InVain,
    ) -> Result<(), IndexError> {
        self.rounds = self.rounds.saturating_sub(1);
        let block = position.block.saturating_sub(SETTLED);
        if self.rounds > 0 || block <= indexer.deployment.start_block {
            return Ok(());
        }
        self.rounds = SELDOM;
        let revision: i64 =
            sqlx::query_scalar("SELECT revision FROM progress WHERE id = 1").fetch_one(&mut *connection).await?;
        let Indexer { chain, deployment, .. } = indexer;
        let (since, turns, visits) = (self.counted, &mut self.turns, &mut self.visits);
        let mut counting = Counting { connection, deployment, chain, block, since, turns, visits };
        for family in indexer.families.iter() {
            let Some(gap) = family.missing(&mut counting).await? else { continue };
            let Some(rest) = in_vain.rest(&gap, Instant::now()) else { return Err(IndexError::Gap(gap)) };
            let rounds = rest.as_millis() / indexer.poll.as_millis().max(1);
            self.rounds = self.rounds.min(u32::try_from(rounds).unwrap_or(SELDOM).max(SOON));
        }
        self.counted = revision;
        Ok(())
    }
}
