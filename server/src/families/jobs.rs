//! Compute jobs and their providers in the server, folded with the rules of their family. A job is folded by itself, and a
//! provider by what it did itself; what jobs do to deposits is summed up when somebody asks.

mod counts;
mod dated;
mod fold;
mod list;
mod network;
mod owed;
mod pages;
mod providers;
mod routes;
mod rows;
mod seats;

use ::jobs::{FAMILY, JOBS, Said, calls};
use async_trait::async_trait;
use axum::Router;
use contracts::DecodeError;
use protocol::{Address, relay::Room};
use sqlx::AnyConnection;

use crate::{
    app::App,
    chain::RawLog,
    db::Db,
    family::{Decoded, Family, Gauge, Page, Probe, Rows, Table},
    indexer::{Counting, Gap, IndexError},
};

/// The family of compute jobs. Subjects are their numbers, and accounts that are providers or are owed something.
pub struct Jobs;

/// What a log says, and when it was said.
pub struct Told {
    pub(super) said: Said,
    pub(super) at: u64,
}

const OF_SUBJECT: Rows = Rows::OfSubject("subject = $1");

#[async_trait]
impl Family for Jobs {
    type Event = Told;
    type Memory = ();

    const NAME: &'static str = FAMILY;
    const SUBJECTS: &'static str = "jobs";
    const CONTRACTS: &'static [&'static str] = &[JOBS];
    const TABLES: &'static [Table] = &[
        Table {
            name: "jobs",
            rows: OF_SUBJECT,
            digest: "SELECT id, subject, client, provider, kind, stands, posted_at, ended_at, deadline, units, price_hi, \
                     price_lo, escrow_hi, escrow_lo, paid_units, paid_hi, paid_lo, state FROM jobs ORDER BY id",
            sort: false,
        },
        Table {
            name: "job_parties",
            rows: OF_SUBJECT,
            digest: "SELECT job, subject, account, locked, gained, lost FROM job_parties",
            sort: true,
        },
        Table {
            name: "providers",
            rows: OF_SUBJECT,
            digest: "SELECT subject, account, registered, takes_jobs, kinds, memory, speed, price_hi, price_lo, state \
                     FROM providers",
            sort: true,
        },
        Table {
            name: "jobs_owed",
            rows: OF_SUBJECT,
            digest: "SELECT subject, account, amount FROM jobs_owed",
            sort: true,
        },
    ];
    const PAGES: &'static [Page] = pages::PAGES;
    const GAUGES: &'static [Gauge] = &[
        Gauge { name: "jobs", help: "Compute jobs in the index.", sql: "SELECT COUNT(*) FROM jobs" },
        Gauge {
            name: "jobs_running",
            help: "Compute jobs that are locked and have not ended.",
            sql: "SELECT COUNT(*) FROM jobs WHERE stands IN ('locked', 'running', 'submitted', 'disputed')",
        },
        Gauge {
            name: "providers",
            help: "Providers that take new jobs.",
            sql: "SELECT COUNT(*) FROM providers WHERE takes_jobs = 1",
        },
    ];

    fn decode(&self, log: &RawLog, _: Option<&str>) -> Result<Option<Decoded<Told>>, DecodeError> {
        Ok(Said::read(&log.raw)?.map(|said| Decoded::new(said.subject(), Told { said, at: log.at })))
    }

    async fn apply(&self, transaction: &mut AnyConnection, (): &mut (), told: &[Told]) -> Result<(), IndexError> {
        fold::apply(transaction, told).await
    }

    fn probes(&self) -> Vec<Probe> {
        let understands = |answer: &[u8]| contracts::returns::count(answer).is_ok();
        vec![Probe { contract: JOBS, call: calls::job_count(), understands }]
    }

    async fn missing(&self, counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError> {
        counts::missing(counting).await
    }

    async fn seats(&self, db: &Db, room: Room) -> Result<Option<Vec<Address>>, sqlx::Error> {
        match room {
            Room::Job { job, provider } => seats::of(db, job, provider).await,
            Room::Task { .. } => Ok(None),
        }
    }

    fn routes(&self) -> Router<App> {
        routes::routes()
    }

    fn description(&self) -> utoipa::openapi::OpenApi {
        routes::description()
    }
}
