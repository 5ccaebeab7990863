//! Creation bytecode with encoded constructor arguments: what a deploying transaction carries as its data.

use contracts::deploy::{ArtifactError, bytecode, with_addresses};
use protocol::Address;

const DIRECTORY: &str = include_str!("../../artifacts/Directory.json");
const DATASETS: &str = include_str!("../../artifacts/Datasets.json");
const GRANTS: &str = include_str!("../../artifacts/Grants.json");

/// The directory of organisations.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn directory() -> Result<Vec<u8>, ArtifactError> {
    bytecode("Directory", DIRECTORY)
}

/// The data sets of this directory's organisations.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn datasets(directory: Address) -> Result<Vec<u8>, ArtifactError> {
    with_addresses("Datasets", DATASETS, &[directory])
}

/// The grants to use these data sets. Who deploys them alone draws on them: in a deployment that is the contract Tasks.
///
/// # Errors
/// [`ArtifactError`] when the committed artifact is damaged.
pub fn grants(datasets: Address) -> Result<Vec<u8>, ArtifactError> {
    with_addresses("Grants", GRANTS, &[datasets])
}
