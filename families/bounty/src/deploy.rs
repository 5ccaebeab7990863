//! Creation bytecode with encoded constructor arguments: what a deploying transaction carries as its data.

use contracts::deploy::{ArtifactError, with_addresses};
use protocol::Address;

const BOUNTY_MARKET: &str = include_str!("../artifacts/BountyMarket.json");

/// A market that trades in the ModelCoin at `coin`.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn bounty_market(coin: Address) -> Result<Vec<u8>, ArtifactError> {
    with_addresses("BountyMarket", BOUNTY_MARKET, &[coin])
}
