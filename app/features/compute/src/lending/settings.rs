//! What is offered, and this browser's key for links.

use app_core::{
    action::ActionError,
    vault::{Kind, Owner, Vault, VaultError},
};
use compute_provider::Lent;
use jobs::Offer;
use link::public_key;
use protocol::Digest;
use serde::{Deserialize, Serialize};

use super::{kept, random};

/// The kind of the kept file.
pub const SETTINGS: Kind = Kind::new("lent machine");
/// Its name: an account has one in a browser.
const NAME: &str = "settings";

/// What was offered last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub lent: Lent,
    pub offer: Offer,
    /// Of this machine, when it was offered.
    pub cores: u32,
    /// When the speed was measured, seconds since the epoch.
    pub measured_at: u64,
    /// Leaves: at once, or with all jobs done.
    pub leaves: Option<bool>,
    /// Secret of the key for links, of which the offer's details have the public half.
    secret: Digest,
}

impl Settings {
    /// With a key that was never used.
    ///
    /// # Errors
    /// [`ActionError`] in a browser without randomness.
    pub fn new(lent: Lent, offer: Offer, cores: u32, measured_at: u64) -> Result<Self, ActionError> {
        Ok(Self { lent, offer, cores, measured_at, leaves: None, secret: Digest(random()?) })
    }

    /// The same key with another offer.
    pub fn with(self, lent: Lent, offer: Offer, cores: u32, measured_at: u64) -> Self {
        Self { lent, offer, cores, measured_at, leaves: None, ..self }
    }

    pub fn secret(&self) -> [u8; 32] {
        self.secret.0
    }

    /// The key for links.
    ///
    /// # Errors
    /// [`ActionError`] for a damaged record.
    pub fn key(&self) -> Result<Digest, ActionError> {
        let damaged = || ActionError::feature("The key of your offer is damaged. Offer this machine once more.");
        public_key(&self.secret.0).map(Digest).ok_or_else(damaged)
    }

    /// What jobs may use at once: places and MiB.
    pub fn room(&self) -> (usize, u16) {
        (self.lent.places(self.cores), self.offer.memory_mib)
    }

    /// Keeps it in place of what was kept before.
    ///
    /// # Errors
    /// [`VaultError`]
    pub async fn keep(&self, vault: &Vault, owner: Owner) -> Result<(), VaultError> {
        // Plain data, which can always be written.
        kept::replace(vault, owner, SETTINGS, NAME, &serde_json::to_vec(self).unwrap_or_default()).await
    }

    /// What this browser offers for an account.
    ///
    /// # Errors
    /// [`VaultError`]
    pub async fn find(vault: &Vault, owner: Owner) -> Result<Option<Self>, VaultError> {
        let file = kept::find(vault, owner, SETTINGS, NAME).await?;
        Ok(file.and_then(|file| serde_json::from_slice(&file).ok()))
    }

    /// Forgets it: the account has left.
    ///
    /// # Errors
    /// [`VaultError`]
    pub async fn forget(vault: &Vault, owner: Owner) -> Result<(), VaultError> {
        kept::forget(vault, owner, SETTINGS, NAME).await
    }
}
