//! Words hashed into a fixed number of features: no vocabulary, some collisions.

use super::{
    Encoder, Features,
    error::{EncodeError, SpecError},
    murmur::murmur3_32,
    original::{MAX_ORIGINAL, Original, OriginalKind},
    words::words,
};
use crate::shape::{FEATURES, Form};

/// Most features that words can be hashed into.
pub const MAX_BUCKETS: u32 = *FEATURES.end();

/// See [`super::EncoderSpec::HashedWords`].
pub(super) struct HashedWords {
    buckets: u32,
}

/// The text of an original that is one, and not too long.
pub(super) fn text(original: &Original) -> Result<&str, EncodeError> {
    match original {
        Original::Text { text } if text.len() > MAX_ORIGINAL => Err(EncodeError::TextTooLong { bytes: text.len() }),
        Original::Text { text } => Ok(text),
        other => Err(EncodeError::WrongKind { expected: "a text", found: other.name() }),
    }
}

impl HashedWords {
    pub(super) fn new(buckets: u32) -> Result<Self, SpecError> {
        if (1..=MAX_BUCKETS).contains(&buckets) {
            Ok(Self { buckets })
        } else {
            Err(SpecError::Buckets { found: buckets })
        }
    }
}

impl Encoder for HashedWords {
    fn original(&self) -> OriginalKind {
        OriginalKind::Text
    }

    fn form(&self) -> Form {
        Form::Sparse
    }

    fn features(&self) -> u32 {
        self.buckets
    }

    fn describe(&self) -> String {
        format!("Which words occur; each is hashed (MurmurHash3, seed 0) to one of {} features.", self.buckets)
    }

    fn feature_name(&self, _: u32) -> Option<String> {
        None
    }

    fn extract(&self, original: &Original) -> Result<Features, EncodeError> {
        let mut indices: Vec<u32> =
            words(text(original)?).iter().map(|word| murmur3_32(word.as_bytes(), 0) % self.buckets).collect();
        indices.sort_unstable();
        indices.dedup();
        Ok(Features::Sparse(indices))
    }
}
