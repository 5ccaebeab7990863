//! Models as files in the server: what Reproductions and PublishedModels say. Every row comes from one log.

mod counts;
mod list;
mod pages;
mod routes;
mod rows;

use ::trained::{Attestation, FAMILY, PUBLISHED_MODELS, PublishedEvent, REPRODUCTIONS, logs};
use async_trait::async_trait;
use axum::Router;
use contracts::DecodeError;
use protocol::subject::Subject;
use sqlx::AnyConnection;

pub(crate) use list::counts;

use crate::{
    app::App,
    chain::RawLog,
    family::{Decoded, Family, Page, Probe, Rows, Table},
    indexer::{Counting, Gap, IndexError},
};

/// The subject of what is published and withdrawn.
const LIST: &str = "list";

/// The family of models as files. Subjects are the list of published ones, and the numbers of bounties whose winners
/// were run again.
pub struct TrainedModels;

/// What a log of this family says.
pub enum Event {
    Attested(Attestation),
    Published(PublishedEvent),
}

#[async_trait]
impl Family for TrainedModels {
    type Event = (RawLog, Event);
    type Memory = ();

    const NAME: &'static str = FAMILY;
    const SUBJECTS: &'static str = "lists of models as files";
    const CONTRACTS: &'static [&'static str] = &[REPRODUCTIONS, PUBLISHED_MODELS];
    const TABLES: &'static [Table] = &[
        Table {
            name: "attestations",
            rows: Rows::OfLog,
            digest: "SELECT bounty, trainer, account, equal_rows, all_rows, block, block_hash, log_index, at \
                     FROM attestations ORDER BY block, log_index",
            sort: false,
        },
        Table {
            name: "publications",
            rows: Rows::OfLog,
            digest: "SELECT id, publisher, cid, name, description, folded, block, block_hash, log_index, at \
                     FROM publications ORDER BY block, log_index",
            sort: false,
        },
        Table {
            name: "withdrawals",
            rows: Rows::OfLog,
            digest: "SELECT id, block, block_hash, log_index FROM withdrawals ORDER BY block, log_index",
            sort: false,
        },
    ];
    const PAGES: &'static [Page] = pages::PAGES;

    fn decode(&self, log: &RawLog, contract: Option<&str>) -> Result<Option<Decoded<Self::Event>>, DecodeError> {
        if contract != Some(REPRODUCTIONS) {
            let event = logs::published(&log.raw)?;
            return Ok(event.map(|event| Decoded::new(LIST, (log.clone(), Event::Published(event)))));
        }
        Ok(logs::reproduced(&log.raw)?.map(|attested| {
            // The bounty's page counts them.
            let also = vec![Subject::new(bounty::FAMILY, attested.bounty)];
            let subject = attested.bounty.to_string();
            Decoded { subject, also, event: (log.clone(), Event::Attested(attested)) }
        }))
    }

    fn probes(&self) -> Vec<Probe> {
        let count = |answer: &[u8]| contracts::returns::count(answer).is_ok();
        let counts = |answer: &[u8]| ::trained::returns::counts(answer).is_ok();
        vec![
            Probe { contract: PUBLISHED_MODELS, call: ::trained::calls::published::model_count(), understands: count },
            Probe {
                contract: REPRODUCTIONS,
                call: ::trained::calls::reproductions::counts(0, protocol::Address::ZERO),
                understands: counts,
            },
        ]
    }

    async fn missing(&self, counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError> {
        counts::missing(counting).await
    }

    async fn apply(
        &self,
        transaction: &mut AnyConnection,
        (): &mut (),
        events: &[Self::Event],
    ) -> Result<(), IndexError> {
        let (mut attested, mut published) = (Vec::new(), Vec::new());
        for (log, event) in events {
            match event {
                Event::Attested(attestation) => attested.push((log, attestation)),
                Event::Published(event) => published.push((log, event)),
            }
        }
        rows::write_attestations(transaction, &attested).await?;
        Ok(rows::write_published(transaction, &published).await?)
    }

    fn routes(&self) -> Router<App> {
        routes::routes()
    }

    fn description(&self) -> utoipa::openapi::OpenApi {
        routes::description()
    }
}
