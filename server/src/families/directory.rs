//! Organisations, data sets and grants in the server.

mod counts;
mod dated;
mod details;
mod files;
mod fold;
mod list;
mod pages;
mod routes;
mod rows;

use std::collections::HashSet;

use ::directory::{DATASETS, DIRECTORY, Event, FAMILY, GRANTS, calls, logs};
use async_trait::async_trait;
use axum::Router;
use content::ContentStore;
use contracts::DecodeError;
use protocol::cid::Cid;
use sqlx::AnyConnection;

pub(crate) use fold::granted;
pub(crate) use rows::replacing;

use crate::{
    app::App,
    chain::RawLog,
    content::titles::MetadataError,
    db::Db,
    family::{Decoded, Family, Gauge, Page, Probe, Rows, Table},
    indexer::{Counting, Gap, IndexError},
};

/// The family of organisations, data sets and grants. Its subjects are those of [`::directory::subject`].
pub struct Organisations;

/// What a log says, and when it was said.
pub struct Said {
    pub(super) event: Event,
    pub(super) at: u64,
}

const OF_SUBJECT: Rows = Rows::OfSubject("subject = $1");

#[async_trait]
impl Family for Organisations {
    type Event = Said;
    type Memory = ();

    const NAME: &'static str = FAMILY;
    const SUBJECTS: &'static str = "organisations";
    const CONTRACTS: &'static [&'static str] = &[DIRECTORY, DATASETS, GRANTS];
    const TABLES: &'static [Table] = &[
        Table {
            name: "organisations",
            rows: OF_SUBJECT,
            digest: "SELECT subject, account, profile_cid, joined, joined_at, state FROM organisations",
            sort: true,
        },
        Table {
            name: "datasets",
            rows: OF_SUBJECT,
            digest: "SELECT id, subject, owner, description_cid, row_count, industry, price_hi, price_lo, revoked, \
                     state FROM datasets ORDER BY id",
            sort: false,
        },
        Table {
            name: "grants",
            rows: OF_SUBJECT,
            digest: "SELECT id, subject, dataset, grantee, stands, applied_at, decided_at, state FROM grants \
                     ORDER BY id",
            sort: false,
        },
    ];
    const PAGES: &'static [Page] = pages::PAGES;
    const GAUGES: &'static [Gauge] = &[
        Gauge {
            name: "organisations",
            help: "Organisations that take part.",
            sql: "SELECT COUNT(*) FROM organisations WHERE joined = 1",
        },
        Gauge {
            name: "datasets",
            help: "Data sets that can be used.",
            sql: "SELECT COUNT(*) FROM datasets WHERE revoked = 0",
        },
        Gauge { name: "grants", help: "Applications for data sets.", sql: "SELECT COUNT(*) FROM grants" },
    ];

    fn decode(&self, log: &RawLog, contract: Option<&str>) -> Result<Option<Decoded<Said>>, DecodeError> {
        Ok(event(log, contract)?.map(|event| Decoded::new(event.subject(), Said { event, at: log.at })))
    }

    async fn apply(&self, transaction: &mut AnyConnection, (): &mut (), said: &[Said]) -> Result<(), IndexError> {
        fold::apply(transaction, said).await
    }

    fn probes(&self) -> Vec<Probe> {
        let count = |answer: &[u8]| contracts::returns::count(answer).is_ok();
        vec![
            Probe { contract: DIRECTORY, call: calls::directory::organisation_count(), understands: count },
            Probe { contract: DATASETS, call: calls::datasets::dataset_count(), understands: count },
            Probe { contract: GRANTS, call: calls::grants::grant_count(), understands: count },
        ]
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
        files::fill(db, store, missing).await
    }

    fn routes(&self) -> Router<App> {
        routes::routes()
    }

    fn description(&self) -> utoipa::openapi::OpenApi {
        routes::description()
    }
}

/// What a log of one of the three contracts says.
fn event(log: &RawLog, contract: Option<&str>) -> Result<Option<Event>, DecodeError> {
    Ok(match contract {
        Some(DIRECTORY) => logs::directory(&log.raw)?.map(|(account, event)| Event::Organisation(account, event)),
        Some(DATASETS) => logs::dataset(&log.raw)?.map(|(id, event)| Event::Dataset(id, event)),
        _ => logs::grant(&log.raw)?.map(|(id, event)| Event::Grant(id, event)),
    })
}
