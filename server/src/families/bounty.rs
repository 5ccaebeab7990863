//! Bounties in the server: BountyMarket's events, folded into rows by which lists are filtered and sorted.

mod counts;
mod figures;
mod fold;
mod list;
mod pages;
mod phases;
mod records;
mod routes;
mod row;
mod titles;

use std::collections::{BTreeMap, HashSet};

use ::bounty::{BOUNTY_MARKET, Bounty, FAMILY, FoldError, LoggedEvent};
use async_trait::async_trait;
use axum::Router;
use content::ContentStore;
use contracts::DecodeError;
use protocol::cid::Cid;
use sqlx::AnyConnection;

use crate::{
    app::App,
    chain::RawLog,
    content::titles::MetadataError,
    db::Db,
    family::{Decoded, Family, Page, Probe, Rows, Table},
    indexer::{Counting, Gap, IndexError},
};

/// The family of bounties. Subjects are their numbers.
pub struct Bounties;

#[async_trait]
impl Family for Bounties {
    type Event = LoggedEvent;
    /// The bounties of the last batch, folded: the next one often goes on with the same.
    type Memory = BTreeMap<i64, Option<Bounty>>;

    const NAME: &'static str = FAMILY;
    const SUBJECTS: &'static str = "bounties";
    /// 3: whether the ground truth is revealed is a column; stakes of silent claimants count as received by the winner.
    const FOLD_VERSION: i64 = 3;
    const CONTRACTS: &'static [&'static str] = &[BOUNTY_MARKET];
    const TABLES: &'static [Table] = &[
        Table {
            name: "bounties",
            rows: Rows::OfSubject("id = CAST($1 AS BIGINT)"),
            digest: "SELECT id, requester, metadata_cid, reward_hi, reward_lo, stake, deadline, test_rows, \
                     classes, submissions, best_correct, created_at, phase_1, until_1, phase_2, until_2, \
                     phase_3, state, winner, model_cid, ended_at, revealed FROM bounties ORDER BY id",
            sort: false,
        },
        Table {
            name: "people",
            rows: Rows::OfSubject("bounty = CAST($1 AS BIGINT)"),
            digest: "SELECT bounty, person, role FROM people",
            sort: true,
        },
    ];
    const PAGES: &'static [Page] = pages::PAGES;

    fn decode(&self, log: &RawLog, _: Option<&str>) -> Result<Option<Decoded<LoggedEvent>>, DecodeError> {
        Ok(event(log)?.map(|event| Decoded::new(event.subject, event)))
    }

    async fn apply(
        &self,
        transaction: &mut AnyConnection,
        memory: &mut Self::Memory,
        events: &[LoggedEvent],
    ) -> Result<(), IndexError> {
        match fold::apply(transaction, memory, events).await {
            Err(fold::Failure::Fold(error)) => Err(gap(transaction, &error).await?),
            Err(fold::Failure::Index(error)) => Err(error),
            Ok(()) => Ok(()),
        }
    }

    fn probes(&self) -> Vec<Probe> {
        let understands = |answer: &[u8]| contracts::returns::count(answer).is_ok();
        vec![Probe { contract: BOUNTY_MARKET, call: ::bounty::calls::bounty_count(), understands }]
    }

    async fn missing(&self, counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError> {
        counts::missing(counting).await
    }

    async fn read_metadata(
        &self,
        db: &Db,
        store: &dyn ContentStore,
        missing: &mut HashSet<Cid>,
    ) -> Result<(), MetadataError> {
        titles::fill(db, store, missing).await
    }

    fn routes(&self) -> Router<App> {
        routes::routes()
    }

    fn description(&self) -> utoipa::openapi::OpenApi {
        routes::description()
    }
}

/// What a log of BountyMarket says.
fn event(log: &RawLog) -> Result<Option<LoggedEvent>, DecodeError> {
    Ok(::bounty::logs::decode(&log.raw)?.map(|(bounty, event)| log.place(bounty, event)))
}

/// Where what is missing must be: a creation stands between those of its neighbours, a submission is later than its
/// bounty's creation.
async fn gap(transaction: &mut AnyConnection, error: &FoldError) -> Result<IndexError, IndexError> {
    let reason = error.to_string();
    Ok(IndexError::Gap(match error {
        FoldError::NotCreated(id) => Gap::of_number(transaction, FAMILY, "", *id, reason).await?,
        FoldError::UnknownTrainer { id, .. } => Gap::since(FAMILY, id.to_string(), reason),
    }))
}
