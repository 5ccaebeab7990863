//! Creation bytecode with encoded constructor arguments: what a deploying transaction carries as its data.

use contracts::deploy::{ArtifactError, bytecode, with_addresses};
use protocol::Address;

const REPRODUCTIONS: &str = include_str!("../artifacts/Reproductions.json");
const PUBLISHED_MODELS: &str = include_str!("../artifacts/PublishedModels.json");

/// Where people attest that they ran the models of this BountyMarket's bounties.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn reproductions(bounty_market: Address) -> Result<Vec<u8>, ArtifactError> {
    with_addresses("Reproductions", REPRODUCTIONS, &[bounty_market])
}

/// The list of models published outside of bounties.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn published_models() -> Result<Vec<u8>, ArtifactError> {
    bytecode("PublishedModels", PUBLISHED_MODELS)
}
