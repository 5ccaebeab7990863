//! The description of an encoder, as it stands in a model's metadata.

use serde::{Deserialize, Serialize};

use super::{
    Encoder, error::SpecError, hashed_words::HashedWords, numbers::NumberColumn, numbers::Numbers, pixels::Pixels,
    raw::Raw, subset::Subset, vocabulary::Vocabulary,
};

/// Which encoder, with its parameters. Equal specs make equal samples, everywhere and for ever: a change of what one
/// of them does is a new kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EncoderSpec {
    /// Whole numbers as they are, in millionths; of length 1 already.
    Raw { columns: Vec<String> },
    /// Decimal numbers, each column moved and scaled, in units of 10^-9, then divided by their common length.
    Numbers { columns: Vec<NumberColumn> },
    /// Words hashed by MurmurHash3 (x86, 32 bits, seed 0, UTF-8) modulo the number of buckets.
    HashedWords { buckets: u32 },
    /// Words looked up in a list.
    Vocabulary { words: Vec<String> },
    /// Pixels of a square picture, 0 (empty) to `brightest`: their values divided by the common length, or with a
    /// threshold, those that reach it.
    Pixels {
        side: u16,
        brightest: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        threshold: Option<u8>,
    },
    /// Some features of another encoder, by increasing index.
    Subset { of: Box<EncoderSpec>, keep: Vec<u32> },
}

impl EncoderSpec {
    /// Checks the description, and makes the encoder.
    ///
    /// # Errors
    /// [`SpecError`] where there can be no such encoder.
    pub fn build(&self) -> Result<Box<dyn Encoder>, SpecError> {
        Ok(match self {
            Self::Raw { columns } => Box::new(Raw::new(columns)?),
            Self::Numbers { columns } => Box::new(Numbers::new(columns)?),
            Self::HashedWords { buckets } => Box::new(HashedWords::new(*buckets)?),
            Self::Vocabulary { words } => Box::new(Vocabulary::new(words)?),
            Self::Pixels { side, brightest, threshold } => Box::new(Pixels::new(*side, *brightest, *threshold)?),
            Self::Subset { of, .. } if matches!(**of, Self::Subset { .. }) => return Err(SpecError::NestedSubset),
            // A subset of raw numbers would not be of length 1; chosen numbers are normalised.
            Self::Subset { of, keep } => Box::new(Subset::new(of.build()?, keep)?),
        })
    }
}
