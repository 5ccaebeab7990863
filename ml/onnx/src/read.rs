//! From the bytes of a file to a checked model.

use crate::{Limits, Model};

/// Why a file is not a model that can be run here; each names the node or value and the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("The file is {bytes} bytes; models here have at most {limit}. Export a smaller one.")]
    TooLarge { bytes: u64, limit: u64 },
}

impl Model {
    /// Reads and checks a model.
    ///
    /// # Errors
    /// [`ReadError`]
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, ReadError> {
        Err(ReadError::TooLarge { bytes: bytes.len() as u64, limit: limits.bytes })
    }
}
