//! Creation bytecode with encoded constructor arguments: what a deploying transaction carries as its data.

use contracts::deploy::{ArtifactError, bytecode};

const MODEL_COIN: &str = include_str!("../artifacts/ModelCoin.json");

/// The 1,000,000 MDC go to the sender, but on a test network half of them stays with the coin for airdrops.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn model_coin() -> Result<Vec<u8>, ArtifactError> {
    bytecode("ModelCoin", MODEL_COIN)
}
