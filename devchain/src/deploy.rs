//! Families on a chain: deployed, found again, completed.

use std::collections::BTreeMap;

use anyhow::Result;
use protocol::{Digest, api::Deployment};

use crate::{chain::Chain, families, family::Families};

impl Chain {
    /// Deploys the contracts of all families from the first account.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn deploy(url: &str) -> Result<Self> {
        Self::deploy_families(url, &families::all()).await
    }

    /// As [`Self::deploy`], with these families.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn deploy_families(url: &str, families: &Families) -> Result<Self> {
        let mut chain = Self::empty(url, families.refusals()).await?;
        chain.complete_with(families).await?;
        Ok(chain)
    }

    /// Connects to contracts that are deployed already.
    ///
    /// # Errors
    /// When there is no code at an address of the deployment.
    pub async fn connect(deployment: Deployment) -> Result<Self> {
        let chain = Self::with(deployment, families::all().refusals()).await?;
        chain.check().await?;
        Ok(chain)
    }

    /// Deploys what an earlier version of the deployment did not name, and anew what holds the address of something that
    /// was deployed so: it would go on with a contract that nobody names any more. True where it had to.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn complete(&mut self) -> Result<bool> {
        self.complete_with(&families::all()).await
    }

    async fn complete_with(&mut self, families: &Families) -> Result<bool> {
        let before = self.deployment.contracts.clone();
        self.begin_deploying();
        for family in families.iter() {
            family.deploy(self).await?;
        }
        Ok(self.deployment.contracts != before)
    }
}

/// SHA-256 of the creation code of every contract that these families deploy, by its Solidity name.
///
/// # Errors
/// When a committed artifact is damaged.
pub fn code_of_contracts(families: &Families) -> Result<BTreeMap<&'static str, Digest>> {
    let mut all = BTreeMap::new();
    for family in families.iter() {
        all.extend(family.code()?.into_iter().map(|(name, code)| (name, Digest::of(&code))));
    }
    Ok(all)
}
