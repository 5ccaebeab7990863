//! Creation bytecode with encoded constructor arguments: what a deploying transaction carries as its data.

use contracts::deploy::{ArtifactError, with_addresses};
use protocol::Address;

const TASKS: &str = include_str!("../../artifacts/Tasks.json");

/// Tasks on these data sets, paid in this coin. The contract makes its registry of grants: ask it for
/// [`crate::calls::grants`].
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn tasks(coin: Address, datasets: Address) -> Result<Vec<u8>, ArtifactError> {
    with_addresses("Tasks", TASKS, &[coin, datasets])
}
