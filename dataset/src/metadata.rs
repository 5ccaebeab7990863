//! What is published about a data set: `metadata.json`.

pub mod getting;

use serde::{Deserialize, Serialize};

use protocol::cid::Cid;

use crate::{MAX_CLASSES, read::options::SurveyOptions};

/// Longest `metadata.json` that a reader accepts, in bytes.
pub const MAX_METADATA: usize = 4 << 20;

/// `metadata.json`. Everything here is public and untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Format version: 1.
    pub version: u32,
    /// Shown as the bounty's name.
    pub title: String,
    /// What the model is for; plain text.
    pub description: String,
    /// Names of the feature columns, in the order of the CSV files.
    pub features: Vec<String>,
    /// Name of the label column, the last column of `train.csv`.
    pub label: String,
    /// Label texts; the position is the class index.
    pub classes: Vec<String>,
    /// `train.csv`: features and label, in the order of the source.
    pub train: FileInfo,
    /// `test.csv`: features only, shuffled.
    pub test: FileInfo,
    /// How the source was read and split, so that source file and wallet alone give the same files again.
    pub preparation: Preparation,
}

/// Everything that shapes a split besides the source file and the secret seed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preparation {
    /// How the source files are written.
    pub reading: SurveyOptions,
    /// Share of test rows, 1 to 50.
    pub share_percent: u8,
    /// The same share of every class.
    pub stratified: bool,
}

/// A published CSV file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileInfo {
    /// Where it is.
    pub cid: Cid,
    /// Data rows, without the header.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

/// Why a file is not metadata this version understands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    #[error("The description of this data set is not readable: {0}")]
    Json(String),
    #[error("The description of this data set has version {0}; this page reads version 1.")]
    Version(u32),
    #[error("The description of this data set names {0} classes; at most {MAX_CLASSES} are possible.")]
    Classes(usize),
}

impl Metadata {
    /// The bytes that are published; equal metadata gives equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Serialising strings and numbers into memory cannot fail; an empty file would be refused by `parse`.
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    /// # Errors
    /// [`MetadataError`] when it is not JSON of this form and version.
    pub fn parse(bytes: &[u8]) -> Result<Self, MetadataError> {
        let metadata: Self = serde_json::from_slice(bytes).map_err(|e| MetadataError::Json(e.to_string()))?;
        if metadata.version != 1 {
            return Err(MetadataError::Version(metadata.version));
        }
        if metadata.classes.len() > MAX_CLASSES {
            return Err(MetadataError::Classes(metadata.classes.len()));
        }
        Ok(metadata)
    }
}
