//! Models as files: saying that one was run, publishing and withdrawing.

use anyhow::{Context, Result};
use contracts::{
    calls::{published, reproductions},
    events::trained as decode,
};
use protocol::{Address, trained::PublishedEvent};

use crate::chain::{Chain, Receipt};

impl Chain {
    /// Says that `equal` of all `rows` test rows are predicted as the trainer revealed.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn attest(&self, by: Address, bounty: u64, trainer: Address, equal: u32, rows: u32) -> Result<Receipt> {
        let at = self.deployment.reproductions.context("the deployment has Reproductions")?;
        self.send(by, at, reproductions::attest(bounty, trainer, equal, rows)).await
    }

    /// Publishes a model file under an account's name; answers its number.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn publish_model(&self, by: Address, cid: &str, name: &str, description: &str) -> Result<u64> {
        let at = self.deployment.published_models.context("the deployment has PublishedModels")?;
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
        let at = self.deployment.published_models.context("the deployment has PublishedModels")?;
        self.send(by, at, published::withdraw(id)).await
    }
}
