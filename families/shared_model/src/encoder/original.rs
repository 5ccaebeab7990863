//! What a person saw before it was encoded. Stored beside the chain, by its CID, if its contributor agrees.

use serde::{Deserialize, Serialize};

use super::super::hex_bytes;

/// Longest text, and largest stored original, in bytes.
pub const MAX_ORIGINAL: usize = 64 << 10;

/// A row, a text or a picture.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Original {
    /// One cell a column, as it was written.
    Numbers {
        values: Vec<String>,
    },
    Text {
        text: String,
    },
    /// A square picture in shades of grey, row by row, 0 = empty.
    Image {
        #[serde(with = "hex_bytes")]
        pixels: Vec<u8>,
    },
}

/// What an encoder wants to be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OriginalKind {
    /// Names of the columns.
    Numbers {
        columns: Vec<String>,
    },
    Text,
    /// Pixels a side, and the value of the brightest one.
    Image {
        side: u16,
        brightest: u8,
    },
}

/// Why a file is not an original.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginalError {
    #[error("The stored original has {0} bytes; at most {MAX_ORIGINAL} are possible.")]
    TooLarge(usize),
    #[error("The stored original is not readable: {0}")]
    Json(String),
}

impl Original {
    /// In a sentence: what this is.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Numbers { .. } => "a row of numbers",
            Self::Text { .. } => "a text",
            Self::Image { .. } => "a picture",
        }
    }

    /// The bytes that are stored; equal originals give equal bytes, and so the same CID.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Serialising texts into memory cannot fail; an empty file would be refused by `parse`.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// # Errors
    /// [`OriginalError`] when it is not JSON of this form.
    pub fn parse(bytes: &[u8]) -> Result<Self, OriginalError> {
        // JSON may write a character in six bytes.
        if bytes.len() > 6 * MAX_ORIGINAL {
            return Err(OriginalError::TooLarge(bytes.len()));
        }
        serde_json::from_slice(bytes).map_err(|e| OriginalError::Json(e.to_string()))
    }
}
