//! Some features of another encoder.

use super::{
    Encoder, Features,
    error::{EncodeError, SpecError},
    original::{Original, OriginalKind},
};
use crate::shape::Form;

/// See [`super::EncoderSpec::Subset`].
pub(super) struct Subset {
    inner: Box<dyn Encoder>,
    kept: Vec<u32>,
}

impl Subset {
    pub(super) fn new(inner: Box<dyn Encoder>, kept: &[u32]) -> Result<Self, SpecError> {
        let Some(&last) = kept.last() else { return Err(SpecError::EmptySubset) };
        if let Some(at) = kept.windows(2).position(|pair| pair[0] >= pair[1]) {
            return Err(SpecError::SubsetNotIncreasing { position: at + 1 });
        }
        let features = inner.features();
        if last >= features {
            return Err(SpecError::SubsetOutOfRange { index: last, features });
        }
        Ok(Self { inner, kept: kept.to_vec() })
    }
}

impl Encoder for Subset {
    fn original(&self) -> OriginalKind {
        self.inner.original()
    }

    fn form(&self) -> Form {
        self.inner.form()
    }

    fn features(&self) -> u32 {
        self.kept.len() as u32
    }

    fn describe(&self) -> String {
        format!("{} Of these, {} of {} features.", self.inner.describe(), self.kept.len(), self.inner.features())
    }

    fn feature_name(&self, feature: u32) -> Option<String> {
        self.inner.feature_name(*self.kept.get(feature as usize)?)
    }

    /// Chosen before they are normalised, so that what is left out does not count.
    fn extract(&self, original: &Original) -> Result<Features, EncodeError> {
        let chosen = match self.inner.extract(original)? {
            Features::Dense(values) => {
                Features::Dense(self.kept.iter().filter_map(|kept| values.get(*kept as usize).copied()).collect())
            }
            Features::Sparse(indices) => Features::Sparse(
                indices
                    .iter()
                    .filter_map(|index| self.kept.binary_search(index).ok())
                    .map(|position| position as u32)
                    .collect(),
            ),
        };
        match &chosen {
            Features::Sparse(indices) if indices.is_empty() => Err(EncodeError::NothingLeft),
            _ => Ok(chosen),
        }
    }
}
