//! Encoders: from what a person sees (the *original*) to what a model is given (the *sample*).
//!
//! Integers alone, so that page, server and simulation make the same bytes of the same original. An [`EncoderSpec`] is
//! written into the model's metadata; [`EncoderSpec::build`] makes the [`Encoder`] that it describes.

mod decimal;
mod error;
mod hashed_words;
mod murmur;
mod normalise;
mod numbers;
mod original;
mod pixels;
mod raw;
mod spec;
mod subset;
mod vocabulary;
mod words;

pub use decimal::{Decimal, DecimalError};
pub use error::{EncodeError, SpecError};
pub use hashed_words::MAX_BUCKETS;
pub use murmur::murmur3_32;
pub use normalise::{MAX_VALUE, normalise};
pub use numbers::{NumberColumn, fit_columns, row_like};
pub use original::{MAX_ORIGINAL, Original, OriginalError, OriginalKind};
pub use pixels::MAX_SIDE;
pub use spec::EncoderSpec;
pub use vocabulary::{
    MAX_VOCABULARY_BYTES, MAX_VOCABULARY_WORDS, check_size as check_vocabulary_size, most_frequent_words,
    parse_vocabulary,
};
pub use words::words;

use super::{
    sample::{MAX_LISTED, Sample},
    shape::Form,
};

/// What an original shows before it is packed into a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Features {
    /// A value for each feature, in any unit: normalising takes the unit away. At most [`MAX_VALUE`] in size.
    Dense(Vec<i64>),
    /// The features that are there, strictly increasing.
    Sparse(Vec<u32>),
}

/// Makes samples of originals.
pub trait Encoder {
    /// What it wants to be given, so that a page can show the fitting form.
    fn original(&self) -> OriginalKind;

    /// What its samples look like.
    fn form(&self) -> Form;

    /// Number of features.
    fn features(&self) -> u32;

    /// One sentence on what it does.
    fn describe(&self) -> String;

    /// What a feature stands for, where that can be said: a word, a column, a pixel.
    fn feature_name(&self, feature: u32) -> Option<String>;

    /// The features of an original, not yet normalised.
    ///
    /// # Errors
    /// [`EncodeError`] with what to change.
    fn extract(&self, original: &Original) -> Result<Features, EncodeError>;

    /// The sample of an original, as a model of this form and number of features takes it.
    ///
    /// # Errors
    /// [`EncodeError`] with what to change.
    fn encode(&self, original: &Original) -> Result<Sample, EncodeError> {
        match self.extract(original)? {
            Features::Dense(values) => Ok(Sample::Dense(normalise(&values)?)),
            Features::Sparse(indices) if indices.is_empty() => Err(EncodeError::nothing_in(self.original())),
            Features::Sparse(indices) if indices.len() > MAX_LISTED => {
                Err(EncodeError::TooManyFeatures { found: indices.len() })
            }
            Features::Sparse(indices) => Ok(Sample::Sparse(indices)),
        }
    }
}

#[cfg(test)]
mod tests;
