//! Creation bytecode with encoded constructor arguments: what a deploying transaction carries as its data.

use ethers_core::abi::encode;
use protocol::Address;

use crate::abi;

const MODEL_COIN: &str = include_str!("../artifacts/ModelCoin.json");
const BOUNTY_MARKET: &str = include_str!("../artifacts/BountyMarket.json");

/// Why a committed artifact cannot be deployed.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    #[error("The artifact of {0} is damaged; rebuild it with `cargo xtask contracts`.")]
    Damaged(&'static str),
}

/// Half of the 1,000,000 MDC goes to the sender, half stays with the coin for airdrops.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn model_coin() -> Result<Vec<u8>, ArtifactError> {
    bytecode("ModelCoin", MODEL_COIN)
}

/// A market that trades in the ModelCoin at `coin`.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn bounty_market(coin: Address) -> Result<Vec<u8>, ArtifactError> {
    let arguments = encode(&[abi::address(coin)]);
    Ok([bytecode("BountyMarket", BOUNTY_MARKET)?, arguments].concat())
}

fn bytecode(name: &'static str, artifact: &str) -> Result<Vec<u8>, ArtifactError> {
    let artifact: serde_json::Value = serde_json::from_str(artifact).map_err(|_| ArtifactError::Damaged(name))?;
    let digits = artifact["bytecode"].as_str().ok_or(ArtifactError::Damaged(name))?;
    hex::decode(digits).map_err(|_| ArtifactError::Damaged(name))
}
