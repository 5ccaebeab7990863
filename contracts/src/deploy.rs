//! Creation bytecode out of a committed artifact. Each family has a module `deploy` that appends the arguments of its
//! constructors.

use protocol::Address;

/// Why a committed artifact cannot be deployed.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    #[error("The artifact of {0} is damaged; rebuild it with `cargo xtask contracts`.")]
    Damaged(&'static str),
}

/// The creation bytecode in an artifact, the JSON text that `compile.js` wrote.
///
/// # Errors
/// [`ArtifactError`] when the artifact is damaged.
pub fn bytecode(name: &'static str, artifact: &str) -> Result<Vec<u8>, ArtifactError> {
    let artifact: serde_json::Value = serde_json::from_str(artifact).map_err(|_| ArtifactError::Damaged(name))?;
    let digits = artifact["bytecode"].as_str().ok_or(ArtifactError::Damaged(name))?;
    hex::decode(digits).map_err(|_| ArtifactError::Damaged(name))
}

/// Creation bytecode with the arguments of a constructor that takes addresses.
///
/// # Errors
/// [`ArtifactError`] when the artifact is damaged.
pub fn with_addresses(name: &'static str, artifact: &str, addresses: &[Address]) -> Result<Vec<u8>, ArtifactError> {
    let mut code = bytecode(name, artifact)?;
    for address in addresses {
        // An address is the end of a word; arrays of fixed length are encoded in place.
        code.extend([0; 12]);
        code.extend(address.0);
    }
    Ok(code)
}
