//! A family of contracts, as the index sees it.
//!
//! What is common to all families (reading logs, storing them, going back, rebuilding, telling listeners) is in
//! [`crate::indexer`] and names none of them. What a family adds is one type that implements [`Family`], registered by
//! one line in [`crate::families`].

mod fold;
mod page;
mod registry;
mod tables;

use std::collections::HashSet;

use async_trait::async_trait;
use axum::Router;
use content::ContentStore;
use contracts::DecodeError;
use protocol::{Address, cid::Cid, relay::Room, subject::Subject};
use sqlx::{AnyConnection, migrate::Migrator};

pub(crate) use fold::Fold;
pub use page::{Looked, Page, Told, Unknown};
pub(crate) use registry::AnyFamily;
pub use registry::Families;
pub use tables::{Gauge, Probe, Rows, Table};

use crate::{
    app::App,
    chain::RawLog,
    content::titles::MetadataError,
    db::Db,
    indexer::{Counting, Gap, IndexError},
};

/// An event, and the subject of its family that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<E> {
    /// What is folded by itself, e.g. the number of a bounty or the address of a model. All events of a subject are
    /// folded in the order of the chain.
    pub subject: String,
    /// Subjects of other families whose pages show this event too.
    pub also: Vec<Subject>,
    pub event: E,
}

impl<E> Decoded<E> {
    /// An event that only pages of its own subject show.
    pub fn new(subject: impl ToString, event: E) -> Self {
        Self { subject: subject.to_string(), also: Vec::new(), event }
    }
}

/// What a family of contracts adds to the server.
#[async_trait]
pub trait Family: Send + Sync + 'static {
    /// An event with its place in the chain.
    type Event: Send + Sync;
    /// What folding a batch leaves for the next one, e.g. subjects that it is likely to go on with.
    type Memory: Default + Send;

    /// The name that its subjects carry everywhere: in the database, in the API, in the page.
    const NAME: &'static str;
    /// What its subjects are called in the plural, for whoever runs the server.
    const SUBJECTS: &'static str;
    /// Solidity names of its contracts that a deployment may have, and whose logs it reads.
    const CONTRACTS: &'static [&'static str];
    /// Tables that are folded from logs: emptied before they are rebuilt, and part of the index's digest. The first one
    /// has a row for each of [`Self::SUBJECTS`].
    const TABLES: &'static [Table];
    /// Raised when the same events fold to other rows than before: a database with rows of another version folds them
    /// anew from its logs.
    const FOLD_VERSION: i64 = 1;
    /// Pages of the built site that are about this family.
    const PAGES: &'static [Page] = &[];
    /// Numbers for `/metrics`.
    const GAUGES: &'static [Gauge] = &[];

    /// Reads a log. `contract` is the Solidity name of the contract that emitted it; `None` for one that this family's
    /// factory made. `Ok(None)` for a log that is none of this family's events.
    ///
    /// # Errors
    /// [`DecodeError`] for a log that looks like an event and is not.
    fn decode(&self, log: &RawLog, contract: Option<&str>) -> Result<Option<Decoded<Self::Event>>, DecodeError>;

    /// Applies events, in order, to the family's tables.
    ///
    /// # Errors
    /// [`IndexError::Gap`] where the history lacks something; the transaction is then taken back, and what lacks is
    /// read again.
    async fn apply(
        &self,
        transaction: &mut AnyConnection,
        memory: &mut Self::Memory,
        events: &[Self::Event],
    ) -> Result<(), IndexError>;

    /// Holds what was folded against the counts that the contracts store: a gap where they have more, because the node
    /// left events out.
    ///
    /// # Errors
    /// [`IndexError`] when the tables cannot be read.
    async fn missing(&self, _counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError> {
        Ok(None)
    }

    /// Views by whose answers a contract of this family is told from others, asked before anything is read.
    fn probes(&self) -> Vec<Probe> {
        Vec::new()
    }

    /// The contract that a log of a factory says was made; its logs are then read as well.
    fn makes(&self, _log: &RawLog) -> Option<Address> {
        None
    }

    /// All contracts that were made so, as the family's tables have them.
    ///
    /// # Errors
    /// [`IndexError`] when they cannot be read.
    async fn made(&self, _connection: &mut AnyConnection) -> Result<Vec<Address>, IndexError> {
        Ok(Vec::new())
    }

    /// Migrations of its tables, where they are not among the server's own. Their versions must be theirs alone.
    fn migrations(&self) -> Option<&'static Migrator> {
        None
    }

    /// Reads what lists show of metadata files, where these are stored by now. `missing` has the CIDs that were looked
    /// for in vain.
    ///
    /// # Errors
    /// [`MetadataError`] when store or database fail.
    async fn read_metadata(
        &self,
        _db: &Db,
        _store: &dyn ContentStore,
        _missing: &mut HashSet<Cid>,
    ) -> Result<(), MetadataError> {
        Ok(())
    }

    /// The accounts of a room's seats, by their numbers: who may use the relay there. `None` where this family has no such
    /// room, or there is nothing more to be said in it.
    ///
    /// # Errors
    /// Whatever the database says.
    async fn seats(&self, _db: &Db, _room: Room) -> Result<Option<Vec<Address>>, sqlx::Error> {
        Ok(None)
    }

    /// Its part of the API.
    fn routes(&self) -> Router<App> {
        Router::new()
    }

    /// The description of [`Self::routes`].
    fn description(&self) -> utoipa::openapi::OpenApi {
        utoipa::openapi::OpenApi::default()
    }
}
