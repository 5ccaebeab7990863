//! Saying that a model was run, publishing and withdrawing.

use anyhow::Result;
use protocol::Address;
use trained::{
    PublishedEvent,
    calls::{published, reproductions},
    logs as decode,
};

use crate::chain::{Chain, Receipt};

impl Chain {
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
        for log in &self.send(by, at, published::publish(cid, name, description)).await?.logs {
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
