//! Whose logs the index holds.

use std::collections::BTreeMap;

use protocol::{Address, api::Deployment};
use sqlx::AnyConnection;

use super::IndexError;
use crate::{chain::RawLog, family::Families};

/// Contracts that factories made, with their families.
pub(super) type Made = BTreeMap<Address, &'static str>;

/// The contracts whose logs are in the index: those that the deployment names, and every one that a factory among
/// them made. Whoever else emits an event of the same form is not asked.
#[derive(Debug, Clone)]
pub struct Sources {
    families: Families,
    /// Family and Solidity name.
    named: BTreeMap<Address, (&'static str, &'static str)>,
    made: Made,
}

impl Sources {
    /// Those of a deployment, before any contract is known that a factory made.
    pub fn of(deployment: &Deployment, families: &Families) -> Self {
        let contracts = families.iter().flat_map(|family| family.contracts().iter().map(move |name| (family, *name)));
        let named = contracts
            .filter_map(|(family, name)| deployment.contract(name).map(|address| (address, (family.name(), name))));
        Self { named: named.collect(), made: Made::new(), families: families.clone() }
    }

    /// Those of a deployment, with what factories made as far as the index knows.
    ///
    /// # Errors
    /// [`IndexError`] when the database fails or is damaged.
    pub(super) async fn load(
        connection: &mut AnyConnection,
        deployment: &Deployment,
        families: &Families,
    ) -> Result<Self, IndexError> {
        let mut sources = Self::of(deployment, families);
        for family in families.iter() {
            let made = family.made(&mut *connection).await?;
            sources.made.extend(made.into_iter().map(|address| (address, family.name())));
        }
        Ok(sources)
    }

    /// All of them.
    pub fn addresses(&self) -> Vec<Address> {
        self.named.keys().chain(self.made.keys()).copied().collect()
    }

    /// The family that reads the logs of a contract, and the contract's Solidity name in the deployment; `None` as the
    /// name of one that a factory made.
    pub(crate) fn reader(&self, contract: &Address) -> Option<(&'static str, Option<&'static str>)> {
        let named = self.named.get(contract).map(|(family, name)| (*family, Some(*name)));
        named.or_else(|| self.made.get(contract).map(|family| (*family, None)))
    }

    /// Contracts that these logs say were made, and that are not among the sources.
    pub(super) fn made_in(&self, logs: &[RawLog]) -> Made {
        self.makings(logs).map(|(_, address, family)| (address, family)).collect()
    }

    /// Block of the first of these logs that says so.
    pub(super) fn first_made_in(&self, logs: &[RawLog]) -> Option<u64> {
        self.makings(logs).map(|(block, ..)| block).next()
    }

    fn makings<'a>(&'a self, logs: &'a [RawLog]) -> impl Iterator<Item = (u64, Address, &'static str)> + 'a {
        let made = logs.iter().filter_map(|log| {
            let (family, _) = self.named.get(&log.address)?;
            let address = self.families.named(family)?.makes(log)?;
            Some((log.block, address, *family))
        });
        made.filter(|(_, address, _)| !self.made.contains_key(address))
    }

    pub(super) fn add(&mut self, made: &Made) {
        self.made.extend(made);
    }
}
