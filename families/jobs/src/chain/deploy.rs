//! Creation bytecode with encoded constructor arguments: what a deploying transaction carries as its data.

use contracts::deploy::{ArtifactError, with_addresses};
use protocol::Address;

const JOBS: &str = include_str!("../../artifacts/Jobs.json");

/// Jobs, paid in this coin. The contract makes the other half of its code itself.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn jobs(coin: Address) -> Result<Vec<u8>, ArtifactError> {
    with_addresses("Jobs", JOBS, &[coin])
}
