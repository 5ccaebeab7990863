//! All families of a server.

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use axum::Router;
use content::ContentStore;
use protocol::{Address, cid::Cid, relay::Room};
use sqlx::{AnyConnection, migrate::Migrator};

use super::{
    Family, Gauge, Page, Probe, Rows, Table,
    fold::{Fold, Folding},
};
use crate::{
    app::App,
    chain::RawLog,
    content::titles::MetadataError,
    db::Db,
    indexer::{Counting, Gap, IndexError},
};

/// The families that a server indexes; cheap to clone.
#[derive(Clone, Default)]
pub struct Families(Vec<Arc<dyn AnyFamily>>);

impl std::fmt::Debug for Families {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter().map(|family| family.name())).finish()
    }
}

impl Families {
    /// With one more.
    pub fn and(mut self, family: impl Family) -> Self {
        self.0.push(Arc::new(Registered(Arc::new(family))));
        self
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &dyn AnyFamily> {
        self.0.iter().map(|family| &**family)
    }

    pub(crate) fn named(&self, name: &str) -> Option<&dyn AnyFamily> {
        self.iter().find(|family| family.name() == name)
    }

    /// The accounts of a room's seats, from the family that has it.
    pub(crate) async fn seats(&self, db: &Db, room: Room) -> Result<Option<Vec<Address>>, sqlx::Error> {
        for family in self.iter() {
            if let Some(seats) = family.seats(db, room).await? {
                return Ok(Some(seats));
            }
        }
        Ok(None)
    }

    /// All tables that are folded from logs.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &'static Table> {
        self.iter().flat_map(|family| family.tables())
    }

    /// Pages of the built site that are about a family.
    pub(crate) fn pages(&self) -> impl Iterator<Item = &'static Page> {
        self.iter().flat_map(|family| family.pages())
    }

    /// Migrations that are not among the server's own.
    pub fn migrations(&self) -> Vec<&'static Migrator> {
        self.iter().filter_map(|family| family.migrations()).collect()
    }
}

/// A [`Family`] without its types.
#[async_trait]
pub(crate) trait AnyFamily: Send + Sync {
    fn name(&self) -> &'static str;
    fn subjects(&self) -> &'static str;
    fn contracts(&self) -> &'static [&'static str];
    fn fold_version(&self) -> i64;
    fn tables(&self) -> &'static [Table];
    fn probes(&self) -> Vec<Probe>;
    fn pages(&self) -> &'static [Page];
    fn gauges(&self) -> &'static [Gauge];
    fn fold(&self) -> Box<dyn Fold>;
    async fn missing(&self, counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError>;
    fn makes(&self, log: &RawLog) -> Option<Address>;
    async fn made(&self, connection: &mut AnyConnection) -> Result<Vec<Address>, IndexError>;
    fn migrations(&self) -> Option<&'static Migrator>;
    async fn read_metadata(
        &self,
        db: &Db,
        store: &dyn ContentStore,
        missing: &mut HashSet<Cid>,
    ) -> Result<(), MetadataError>;
    async fn seats(&self, db: &Db, room: Room) -> Result<Option<Vec<Address>>, sqlx::Error>;
    fn routes(&self) -> Router<App>;
    fn description(&self) -> utoipa::openapi::OpenApi;

    /// Whether its subjects are folded, so that they can be folded anew.
    fn is_folded(&self) -> bool {
        self.tables().iter().any(|table| matches!(table.rows, Rows::OfSubject(_)))
    }
}

struct Registered<F>(Arc<F>);

#[async_trait]
impl<F: Family> AnyFamily for Registered<F> {
    fn name(&self) -> &'static str {
        F::NAME
    }

    fn subjects(&self) -> &'static str {
        F::SUBJECTS
    }

    fn contracts(&self) -> &'static [&'static str] {
        F::CONTRACTS
    }

    fn fold_version(&self) -> i64 {
        F::FOLD_VERSION
    }

    fn tables(&self) -> &'static [Table] {
        F::TABLES
    }

    fn probes(&self) -> Vec<Probe> {
        self.0.probes()
    }

    fn pages(&self) -> &'static [Page] {
        F::PAGES
    }

    fn gauges(&self) -> &'static [Gauge] {
        F::GAUGES
    }

    fn fold(&self) -> Box<dyn Fold> {
        Box::new(Folding::new(self.0.clone()))
    }

    async fn missing(&self, counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError> {
        self.0.missing(counting).await
    }

    fn makes(&self, log: &RawLog) -> Option<Address> {
        self.0.makes(log)
    }

    async fn made(&self, connection: &mut AnyConnection) -> Result<Vec<Address>, IndexError> {
        self.0.made(connection).await
    }

    fn migrations(&self) -> Option<&'static Migrator> {
        self.0.migrations()
    }

    async fn read_metadata(
        &self,
        db: &Db,
        store: &dyn ContentStore,
        missing: &mut HashSet<Cid>,
    ) -> Result<(), MetadataError> {
        self.0.read_metadata(db, store, missing).await
    }

    async fn seats(&self, db: &Db, room: Room) -> Result<Option<Vec<Address>>, sqlx::Error> {
        self.0.seats(db, room).await
    }

    fn routes(&self) -> Router<App> {
        self.0.routes()
    }

    fn description(&self) -> utoipa::openapi::OpenApi {
        self.0.description()
    }
}
