//! Models as files: saying that one was run, publishing and withdrawing.

use anyhow::{Context, Result};
use protocol::Address;
use trained::{
    PublishedEvent,
    calls::{published, reproductions},
    logs as decode,
};

use crate::chain::{Chain, Receipt, create};

impl Chain {
    /// Deploys these contracts where an earlier version of the deployment did not. True where it had to.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn complete(&mut self) -> Result<bool> {
        let deployer = *self.accounts.first().context("the node has no unlocked account")?;
        let mut changed = false;
        for (name, code) in [
            (trained::REPRODUCTIONS, trained::deploy::reproductions(self.market_address()?)?),
            (trained::PUBLISHED_MODELS, trained::deploy::published_models()?),
        ] {
            if self.deployment.contract(name).is_none() {
                let (at, _) = create(&self.rpc, deployer, code).await?;
                self.deployment.contracts.insert(name.to_owned(), at);
                changed = true;
            }
        }
        Ok(changed)
    }

    /// Says that `equal` of all `rows` test rows are predicted as the trainer revealed.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn attest(&self, by: Address, bounty: u64, trainer: Address, equal: u32, rows: u32) -> Result<Receipt> {
        let at = self.deployment.demand(trained::REPRODUCTIONS)?;
        self.send(by, at, reproductions::attest(bounty, trainer, equal, rows)).await
    }

    /// Publishes a model file under an account's name; answers its number.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn publish_model(&self, by: Address, cid: &str, name: &str, description: &str) -> Result<u64> {
        let at = self.deployment.demand(trained::PUBLISHED_MODELS)?;
        let (_, logs) = self.send_for_logs(by, at, published::publish(cid, name, description)).await?;
        for log in &logs {
            if let Some(PublishedEvent::Published { id, .. }) = decode::published(log)? {
                return Ok(id);
            }
        }
        anyhow::bail!("publishing emits an event")
    }

    /// Takes a published model off the list.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn withdraw_model(&self, by: Address, id: u64) -> Result<Receipt> {
        let at = self.deployment.demand(trained::PUBLISHED_MODELS)?;
        self.send(by, at, published::withdraw(id)).await
    }
}
