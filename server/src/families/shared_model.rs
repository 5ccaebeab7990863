//! Shared models in the server: what ModelFactory, the models that it made and AccuracyLog say, folded into rows.

pub mod account;
mod accuracy;
mod anchors;
mod contributions;
mod counts;
mod events;
mod fold;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod fold_tests;
mod list;
mod log_routes;
mod names;
pub mod originals;
mod pages;
mod routes;
mod rows;
mod state;

use std::collections::HashSet;

use ::shared_model::{ACCURACY_LOG, Anchored, FAMILY, LoggedEvent, MODEL_FACTORY};
use async_trait::async_trait;
use axum::Router;
use content::ContentStore;
use contracts::DecodeError;
use protocol::{Address, cid::Cid};
use sqlx::{AnyConnection, Row};

pub(crate) use events::{anchored, of_factory, of_model, stored};

use crate::{
    app::App,
    chain::RawLog,
    content::titles::MetadataError,
    db::Db,
    family::{Decoded, Family, Gauge, Page, Probe, Rows, Table},
    indexer::{Counting, Gap, IndexError, logs},
};

/// The subject of what AccuracyLog says.
const LOG: &str = "accuracy_log";

/// The family of shared models. Subjects are their addresses, and the accuracy log.
pub struct SharedModels;

/// What a log of this family says.
pub enum ModelEvent {
    Model(LoggedEvent),
    Anchored(RawLog, Anchored),
}

#[async_trait]
impl Family for SharedModels {
    type Event = ModelEvent;
    type Memory = ();

    const NAME: &'static str = FAMILY;
    const SUBJECTS: &'static str = "models";
    /// 2: money of markets is held against what they hold. 3: a report marks, a take takes; points come later.
    const FOLD_VERSION: i64 = 3;
    const CONTRACTS: &'static [&'static str] = &[MODEL_FACTORY, ACCURACY_LOG];
    const TABLES: &'static [Table] = &[
        Table {
            name: "models",
            rows: Rows::OfSubject("address = $1"),
            digest: "SELECT address, owner, classifier, incentive, metadata_cid, ready, contributions, contributors, \
                     refund_wait, owner_wait, any_wait, created_block, created_log, created_at, state FROM models \
                     ORDER BY created_block, created_log",
            sort: false,
        },
        Table {
            name: "contributions",
            rows: Rows::OfSubject("model = $1"),
            digest: "SELECT model, key, number, contributor, label, predicted, deposit_hi, deposit_lo, remaining, \
                     state, point, at, sample, tx, block, block_hash, log_index, reported_at FROM contributions \
                     ORDER BY block, log_index",
            sort: false,
        },
        Table {
            name: "accounts",
            rows: Rows::OfSubject("model = $1"),
            digest: "SELECT model, account, good, balance, contributions, earned FROM accounts",
            sort: true,
        },
        Table {
            name: "takes",
            rows: Rows::OfSubject("model = $1"),
            digest: "SELECT model, key, taker, amount FROM takes",
            sort: true,
        },
        Table {
            name: "anchors",
            rows: Rows::OfLog,
            digest: "SELECT account, size, root, block, block_hash, log_index, tx, at FROM anchors \
                     ORDER BY block, log_index",
            sort: false,
        },
    ];
    const PAGES: &'static [Page] = pages::PAGES;
    const GAUGES: &'static [Gauge] = &[
        Gauge { name: "shared_models", help: "Shared models in the index.", sql: "SELECT COUNT(*) FROM models" },
        Gauge { name: "accuracy_entries", help: "Entries of the accuracy log.", sql: "SELECT COUNT(*) FROM accuracy" },
    ];

    fn decode(&self, log: &RawLog, contract: Option<&str>) -> Result<Option<Decoded<ModelEvent>>, DecodeError> {
        let model = |event: LoggedEvent| Decoded::new(event.subject, ModelEvent::Model(event));
        Ok(match contract {
            None => of_model(log)?.map(model),
            Some(MODEL_FACTORY) => of_factory(log)?.map(model),
            Some(_) => anchored(log)?.map(|anchored| Decoded::new(LOG, ModelEvent::Anchored(log.clone(), anchored))),
        })
    }

    async fn apply(
        &self,
        transaction: &mut AnyConnection,
        (): &mut (),
        events: &[ModelEvent],
    ) -> Result<(), IndexError> {
        let (mut of_models, mut roots) = (Vec::new(), Vec::new());
        for event in events {
            match event {
                ModelEvent::Model(event) => of_models.push(event),
                ModelEvent::Anchored(log, anchored) => roots.push((log, anchored)),
            }
        }
        fold::apply(transaction, &of_models).await?;
        Ok(anchors::write(transaction, &roots).await?)
    }

    fn makes(&self, log: &RawLog) -> Option<Address> {
        of_factory(log).ok()?.map(|created| created.subject)
    }

    async fn made(&self, connection: &mut AnyConnection) -> Result<Vec<Address>, IndexError> {
        let rows = sqlx::query("SELECT address FROM models").fetch_all(connection).await?;
        rows.iter().map(|row| logs::address(row.try_get(0)?)).collect()
    }

    fn probes(&self) -> Vec<Probe> {
        let understands = |answer: &[u8]| contracts::returns::count(answer).is_ok();
        let log = |answer: &[u8]| ::shared_model::returns::shared::anchor(answer).is_ok();
        vec![
            Probe { contract: MODEL_FACTORY, call: ::shared_model::calls::factory::model_count(), understands },
            Probe {
                contract: ACCURACY_LOG,
                call: ::shared_model::calls::accuracy_log::latest(Address::ZERO),
                understands: log,
            },
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
        names::fill(db, store, missing).await
    }

    fn routes(&self) -> Router<App> {
        routes::routes()
    }

    fn description(&self) -> utoipa::openapi::OpenApi {
        routes::description()
    }
}
