//! A sample as it travels: what `bytes sample` of a contribution holds.

use super::{
    lanes,
    shape::{Form, Shape},
};

pub use super::shape::MAX_LISTED;

/// Bytes of a feature index.
const INDEX_BYTES: usize = 3;

/// What a classifier is asked about or taught: encoded features.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Sample {
    /// A value for each feature, in units of 10⁻⁶, of norm 1.
    Dense(Vec<i32>),
    /// The features that are there, strictly increasing.
    Sparse(Vec<u32>),
}

/// Why bytes are no sample of a model. The same reasons in the same order as on chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    #[error("The sample has {got} bytes; the model takes {expected}. Encode it for this model.")]
    WrongLength { got: usize, expected: usize },
    #[error(
        "The squares of the sample add up to {squared_norm} instead of 10^12 within 10^9. Normalise it to length 1."
    )]
    NormOff { squared_norm: u64 },
    #[error("The sample names no feature that the model knows. Write something with at least one of its words.")]
    NoFeatures,
    #[error("The sample names {features} features; this model takes {most} at once. Shorten it.")]
    TooManyFeatures { features: usize, most: usize },
    /// `index` is the largest one.
    #[error("The sample names feature {index}, but the model has {features} (0 to {}).", features - 1)]
    IndexOutOfRange { index: u32, features: u32 },
    #[error("The feature at position {position} is not above the one before it. Sort the features and name each once.")]
    IndicesNotIncreasing { position: usize },
}

impl Sample {
    /// Reads and checks the bytes of a sample for a model of this shape.
    ///
    /// # Errors
    /// [`SampleError`], the one that the contract reverts with.
    pub fn parse(shape: &Shape, bytes: &[u8]) -> Result<Self, SampleError> {
        match shape.kind.form() {
            Form::Dense => Self::parse_dense(shape.features, bytes),
            Form::Sparse => Self::parse_sparse(shape, bytes),
        }
    }

    fn parse_dense(features: u32, bytes: &[u8]) -> Result<Self, SampleError> {
        let expected = features as usize * lanes::LANE_BYTES;
        if bytes.len() != expected {
            return Err(SampleError::WrongLength { got: bytes.len(), expected });
        }
        let values = lanes::read(bytes);
        if !lanes::is_unit(&values) {
            return Err(SampleError::NormOff { squared_norm: lanes::squared_norm(&values) });
        }
        Ok(Self::Dense(values))
    }

    fn parse_sparse(shape: &Shape, bytes: &[u8]) -> Result<Self, SampleError> {
        let (triples, rest) = bytes.as_chunks::<INDEX_BYTES>();
        if !rest.is_empty() {
            return Err(SampleError::WrongLength { got: bytes.len(), expected: (triples.len() + 1) * INDEX_BYTES });
        }
        if triples.is_empty() {
            return Err(SampleError::NoFeatures);
        }
        let (features, most) = (shape.features, shape.most_listed());
        if triples.len() > most {
            return Err(SampleError::TooManyFeatures { features: triples.len(), most });
        }
        let mut indices = Vec::with_capacity(triples.len());
        for (position, &[a, b, c]) in triples.iter().enumerate() {
            let index = u32::from_be_bytes([0, a, b, c]);
            if indices.last().is_some_and(|last| index <= *last) {
                return Err(SampleError::IndicesNotIncreasing { position });
            }
            indices.push(index);
        }
        // The last one is the largest.
        match indices.last() {
            Some(&index) if index >= features => Err(SampleError::IndexOutOfRange { index, features }),
            _ => Ok(Self::Sparse(indices)),
        }
    }

    /// The bytes that [`Self::parse`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Dense(values) => lanes::write(values),
            Self::Sparse(indices) => indices.iter().flat_map(|index| index.to_be_bytes().into_iter().skip(1)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::shape::ClassifierKind;

    fn shape(kind: ClassifierKind, features: u32) -> Shape {
        Shape { kind, features, capacity: 2, classes: 2, setting: kind.least_setting(), headers: vec![0; 2] }
    }

    #[test]
    fn sparse_samples_are_increasing_three_byte_indices() {
        let shape = shape(ClassifierKind::NaiveBayes, 70_000);
        let bytes = [0, 0, 0, 0, 1, 0, 1, 0x11, 0x6f];
        let sample = Sample::parse(&shape, &bytes).unwrap();
        assert_eq!(sample, Sample::Sparse(vec![0, 256, 69_999]));
        assert_eq!(sample.to_bytes(), bytes);
    }

    #[test]
    fn each_fault_of_a_sparse_sample_has_its_own_reason() {
        let shape = shape(ClassifierKind::SparsePerceptron, 10);
        let why = |bytes: &[u8]| Sample::parse(&shape, bytes).unwrap_err();
        assert_eq!(why(&[]), SampleError::NoFeatures);
        assert_eq!(why(&[0, 0, 1, 0]), SampleError::WrongLength { got: 4, expected: 6 });
        assert_eq!(why(&[0, 0, 10]), SampleError::IndexOutOfRange { index: 10, features: 10 });
        assert_eq!(why(&[0, 0, 4, 0, 0, 4]), SampleError::IndicesNotIncreasing { position: 1 });
        assert_eq!(why(&[0, 0, 4, 0, 0, 3]), SampleError::IndicesNotIncreasing { position: 1 });
        assert_eq!(why(&[0; 3_075]), SampleError::TooManyFeatures { features: 1_025, most: MAX_LISTED });
    }

    #[test]
    fn dense_samples_have_a_lane_for_each_feature_and_unit_norm() {
        let shape = shape(ClassifierKind::DenseCentroid, 2);
        let sample = Sample::Dense(vec![-600_000, 800_000]);
        assert_eq!(Sample::parse(&shape, &sample.to_bytes()), Ok(sample));
        assert_eq!(Sample::parse(&shape, &[0; 5]), Err(SampleError::WrongLength { got: 5, expected: 6 }));
        assert_eq!(Sample::parse(&shape, &[0, 0, 1, 0, 0, 2]), Err(SampleError::NormOff { squared_norm: 5 }));
    }
}
