//! Whose logs the index holds.

use std::collections::BTreeSet;

use protocol::{Address, api::Deployment};
use sqlx::{AnyConnection, Row};

use super::{IndexError, decode};
use crate::chain::RawLog;

/// The contracts whose logs are in the index: those that the deployment names, and every model that the factory made.
/// Whoever else emits an event of the same form is not asked.
#[derive(Debug, Clone)]
pub struct Sources {
    fixed: Vec<Address>,
    factory: Option<Address>,
    models: BTreeSet<Address>,
}

impl Sources {
    /// Those of a deployment, before any model is known.
    pub fn of(deployment: &Deployment) -> Self {
        let Deployment { market, factory, accuracy_log, reproductions, published_models, .. } = deployment;
        let fixed =
            [Some(*market), *factory, *accuracy_log, *reproductions, *published_models].into_iter().flatten().collect();
        Self { fixed, factory: *factory, models: BTreeSet::new() }
    }

    /// Those of a deployment, with the models that are in the index.
    ///
    /// # Errors
    /// [`IndexError::Db`].
    pub(super) async fn load(connection: &mut AnyConnection, deployment: &Deployment) -> Result<Self, IndexError> {
        let mut sources = Self::of(deployment);
        for row in sqlx::query("SELECT address FROM models").fetch_all(connection).await? {
            let address: String = row.try_get(0)?;
            sources.models.insert(decode::stored_address(&address)?);
        }
        Ok(sources)
    }

    /// All of them.
    pub fn addresses(&self) -> Vec<Address> {
        self.fixed.iter().chain(&self.models).copied().collect()
    }

    /// Models that these logs say were made, and that are not among the sources.
    pub(super) fn made_in(&self, logs: &[RawLog]) -> BTreeSet<Address> {
        self.makings(logs).map(|(_, model)| model).collect()
    }

    /// Block of the first of these logs that says so.
    pub(super) fn first_made_in(&self, logs: &[RawLog]) -> Option<u64> {
        self.makings(logs).map(|(block, _)| block).next()
    }

    fn makings<'a>(&'a self, logs: &'a [RawLog]) -> impl Iterator<Item = (u64, Address)> + 'a {
        let of_factory = logs.iter().filter(|log| Some(log.address) == self.factory);
        let made = of_factory.filter_map(|log| decode::made(log).map(|model| (log.block, model)));
        made.filter(|(_, model)| !self.models.contains(model))
    }

    pub(super) fn add(&mut self, models: &BTreeSet<Address>) {
        self.models.extend(models);
    }
}
