//! Tasks of private learning in the server: folded with the rules of their family, so that the relay knows who has a seat.

mod counts;
mod dated;
mod fold;
mod list;
mod pages;
mod routes;
mod rows;
mod seats;

use ::tasks::{Event, FAMILY, TASKS, calls, logs, logs::OwedEvent};
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

/// The family of tasks. Subjects are their numbers, and accounts that are owed something.
pub struct Tasks;

/// What a log says, and when it was said.
pub enum Said {
    Task { id: u64, event: Box<Event>, at: u64 },
    Owed(OwedEvent),
}

const OF_SUBJECT: Rows = Rows::OfSubject("subject = $1");

#[async_trait]
impl Family for Tasks {
    type Event = Said;
    type Memory = ();

    const NAME: &'static str = FAMILY;
    const SUBJECTS: &'static str = "tasks";
    const CONTRACTS: &'static [&'static str] = &[TASKS];
    const TABLES: &'static [Table] = &[
        Table {
            name: "tasks",
            rows: OF_SUBJECT,
            digest: "SELECT id, subject, requester, kind, stands, helper, published_at, state FROM tasks ORDER BY id",
            sort: false,
        },
        Table {
            name: "task_seats",
            rows: OF_SUBJECT,
            digest: "SELECT task, seat, subject, holder, under_grant FROM task_seats ORDER BY task, seat",
            sort: false,
        },
        Table { name: "owed", rows: OF_SUBJECT, digest: "SELECT subject, account, amount FROM owed", sort: true },
    ];
    const PAGES: &'static [Page] = pages::PAGES;
    const GAUGES: &'static [Gauge] = &[
        Gauge { name: "tasks", help: "Tasks in the index.", sql: "SELECT COUNT(*) FROM tasks" },
        Gauge {
            name: "tasks_running",
            help: "Tasks that run now.",
            sql: "SELECT COUNT(*) FROM tasks WHERE stands IN ('started', 'running', 'stalled')",
        },
    ];

    fn decode(&self, log: &RawLog, _: Option<&str>) -> Result<Option<Decoded<Said>>, DecodeError> {
        if let Some((id, event)) = logs::decode(&log.raw)? {
            return Ok(Some(Decoded::new(id, Said::Task { id, event: Box::new(event), at: log.at })));
        }
        Ok(logs::owed(&log.raw)?.map(|owed| Decoded::new(owed.account(), Said::Owed(owed))))
    }

    async fn apply(&self, transaction: &mut AnyConnection, (): &mut (), said: &[Said]) -> Result<(), IndexError> {
        fold::apply(transaction, said).await
    }

    fn probes(&self) -> Vec<Probe> {
        let understands = |answer: &[u8]| contracts::returns::count(answer).is_ok();
        vec![Probe { contract: TASKS, call: calls::task_count(), understands }]
    }

    async fn missing(&self, counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError> {
        counts::missing(counting).await
    }

    async fn seats(&self, db: &Db, room: Room) -> Result<Option<Vec<Address>>, sqlx::Error> {
        match room {
            Room::Task { task, attempt } => seats::of(db, task, attempt).await,
            Room::Job { .. } => Ok(None),
        }
    }

    fn routes(&self) -> Router<App> {
        routes::routes()
    }

    fn description(&self) -> utoipa::openapi::OpenApi {
        routes::description()
    }
}
