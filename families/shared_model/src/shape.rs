//! The shape of a classifier: how many features and classes it has, how it starts, and where each weight lies.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::lanes;

/// Features that a model may have.
pub const FEATURES: RangeInclusive<u32> = 1..=100_000;
/// Features that a model of dense samples may have.
pub const DENSE_FEATURES: RangeInclusive<u32> = 1..=4_096;
/// Classes that a model may be made for.
pub const CAPACITY: RangeInclusive<u16> = 2..=64;
/// Learning rates of a perceptron, in units of 10⁻⁶.
pub const RATES: RangeInclusive<u32> = 1..=8_000_000;
/// Smoothing of naive Bayes, in units of 10⁻⁶.
pub const SMOOTHINGS: RangeInclusive<u32> = 1..=1_000_000_000;
/// Most words that a dense model has with all its classes: so many a question reads.
pub const MAX_DENSE_WORDS: usize = 2_000;
/// Most words that a lesson of a dense model writes.
pub const MAX_TAUGHT_WORDS: usize = 410;
/// Most features that one sparse sample may list; of models for many classes fewer, see [`Shape::most_listed`].
pub const MAX_LISTED: usize = 1_024;
/// Most weights that a question of a sparse model reads.
const MAX_LISTED_WEIGHTS: usize = 24_576;
/// Bytes of a shape before its headers.
const FIXED_BYTES: usize = 9;

/// The five classifiers, in the order of their numbers on chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ClassifierKind {
    /// Weights times numbers; learns from its mistakes.
    DensePerceptron,
    /// Weights of the words that are there; learns from its mistakes.
    SparsePerceptron,
    /// Counts words by class.
    NaiveBayes,
    /// The class whose mean is nearest, of numbers.
    DenseCentroid,
    /// The class whose mean is nearest, of words.
    SparseCentroid,
}

/// How a sample names its features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Form {
    /// A value for each feature.
    Dense,
    /// The indices of the features that are there.
    Sparse,
}

impl ClassifierKind {
    /// All, by number.
    pub const ALL: [Self; 5] =
        [Self::DensePerceptron, Self::SparsePerceptron, Self::NaiveBayes, Self::DenseCentroid, Self::SparseCentroid];

    /// The number on chain.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The kind with a number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// What its samples look like.
    pub const fn form(self) -> Form {
        match self {
            Self::DensePerceptron | Self::DenseCentroid => Form::Dense,
            Self::SparsePerceptron | Self::NaiveBayes | Self::SparseCentroid => Form::Sparse,
        }
    }

    /// Whether it is a perceptron: it learns from its mistakes only, and its headers are biases.
    pub const fn is_perceptron(self) -> bool {
        matches!(self, Self::DensePerceptron | Self::SparsePerceptron)
    }

    /// Whether its weights are counts.
    pub const fn counts(self) -> bool {
        matches!(self, Self::NaiveBayes | Self::SparseCentroid)
    }

    /// What `setting` may be: a learning rate, a smoothing, or 0.
    pub const fn settings(self) -> RangeInclusive<u32> {
        match self {
            Self::DensePerceptron | Self::SparsePerceptron => RATES,
            Self::NaiveBayes => SMOOTHINGS,
            Self::DenseCentroid | Self::SparseCentroid => 0..=0,
        }
    }

    /// The least that `setting` may be.
    pub const fn least_setting(self) -> u32 {
        *self.settings().start()
    }

    /// Features that a model of this kind may have.
    pub const fn features(self) -> RangeInclusive<u32> {
        match self.form() {
            Form::Dense => DENSE_FEATURES,
            Form::Sparse => FEATURES,
        }
    }

    /// Values of a header: a bias, or a number of samples.
    pub const fn header_values(self) -> RangeInclusive<i64> {
        if self.is_perceptron() { lanes::MIN as i64..=lanes::MAX as i64 } else { 0..=u32::MAX as i64 }
    }
}

impl std::fmt::Display for ClassifierKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::DensePerceptron => "dense perceptron",
            Self::SparsePerceptron => "sparse perceptron",
            Self::NaiveBayes => "naive Bayes",
            Self::DenseCentroid => "dense nearest centroid",
            Self::SparseCentroid => "sparse nearest centroid",
        })
    }
}

/// Everything about a classifier that its creation fixes; with the loaded words, its whole start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shape {
    /// Which classifier.
    pub kind: ClassifierKind,
    /// Number of features.
    pub features: u32,
    /// Most classes that the model can ever have.
    pub capacity: u16,
    /// Classes at the start.
    pub classes: u16,
    /// Learning rate or smoothing in units of 10⁻⁶; 0 for centroids.
    pub setting: u32,
    /// Perceptrons: bias of each vector. Others: number of samples of each class.
    pub headers: Vec<i64>,
}

/// Why there can be no model of a shape. The number is that of `BadShape(uint256)` on chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    #[error("A {kind} has {} to {} features, not {features}.", kind.features().start(), kind.features().end())]
    Features { kind: ClassifierKind, features: u32 },
    #[error("A model can be made for {} to {} classes, not for {capacity}.", CAPACITY.start(), CAPACITY.end())]
    Capacity { capacity: u16 },
    #[error("A model made for {capacity} classes starts with 2 to {capacity} of them, not with {classes}.")]
    Classes { classes: u16, capacity: u16 },
    #[error("The setting of a {kind} is {} to {}, not {setting}.", kind.settings().start(), kind.settings().end())]
    Setting { kind: ClassifierKind, setting: u32 },
    #[error(
        "A {kind} of {features} features for {capacity} classes is too large: it could not be asked or taught in one transaction. Take fewer features, or room for fewer classes."
    )]
    TooManyWords { kind: ClassifierKind, features: u32, capacity: u16 },
    #[error("The model needs {expected} headers (a bias or a number of samples each), not {found}.")]
    Headers { found: usize, expected: usize },
    #[error("Header {index} is {value}; a {kind} takes {} to {}.", kind.header_values().start(), kind.header_values().end())]
    Header { kind: ClassifierKind, index: usize, value: i64 },
    #[error("{found} bytes are too few for the shape of a model.")]
    TooShort { found: usize },
}

impl ShapeError {
    /// The argument of `BadShape` on chain; bytes that are too short miss their features.
    pub const fn field(&self) -> u8 {
        match self {
            Self::Features { .. } | Self::TooShort { .. } => 0,
            Self::Capacity { .. } => 1,
            Self::Classes { .. } => 2,
            Self::Setting { .. } => 3,
            Self::Headers { .. } => 4,
            Self::Header { .. } => 5,
            Self::TooManyWords { .. } => 6,
        }
    }
}

impl Shape {
    /// Checks what the contract checks, in its order.
    ///
    /// # Errors
    /// [`ShapeError`] for the first value that cannot be.
    pub fn check(&self) -> Result<(), ShapeError> {
        let &Self { kind, features, capacity, classes, setting, ref headers } = self;
        if !kind.features().contains(&features) {
            return Err(ShapeError::Features { kind, features });
        }
        if !CAPACITY.contains(&capacity) {
            return Err(ShapeError::Capacity { capacity });
        }
        if !(2..=capacity).contains(&classes) {
            return Err(ShapeError::Classes { classes, capacity });
        }
        if !kind.settings().contains(&setting) {
            return Err(ShapeError::Setting { kind, setting });
        }
        if !self.fits() {
            return Err(ShapeError::TooManyWords { kind, features, capacity });
        }
        let expected = self.start_vectors();
        if headers.len() != expected {
            return Err(ShapeError::Headers { found: headers.len(), expected });
        }
        match headers.iter().position(|value| !kind.header_values().contains(value)) {
            Some(index) => Err(ShapeError::Header { kind, index, value: headers[index] }),
            None => Ok(()),
        }
    }

    /// Whether asking and teaching fit a transaction, with all the classes that there can ever be. A sparse model reads
    /// of the features that a sample lists alone, whose number [`Self::most_listed`] bounds.
    fn fits(&self) -> bool {
        let per_vector = (self.features as usize).div_ceil(lanes::PER_WORD);
        let taught = if self.kind.is_perceptron() && !self.is_binary() { 2 } else { 1 };
        let fits = per_vector * self.vectors() <= MAX_DENSE_WORDS && per_vector * taught <= MAX_TAUGHT_WORDS;
        self.kind.form() == Form::Sparse || fits
    }

    /// Most features that a sparse sample may list: so many that their weights in all classes that there can ever be are
    /// at most 24,576.
    pub fn most_listed(&self) -> usize {
        (MAX_LISTED_WEIGHTS / self.vectors()).min(MAX_LISTED)
    }

    /// Weight vectors that there can ever be: one for a perceptron that is made for two classes, else one a class.
    pub fn vectors(&self) -> usize {
        if self.is_binary() { 1 } else { usize::from(self.capacity) }
    }

    /// Weight vectors at the start; as many headers.
    pub fn start_vectors(&self) -> usize {
        if self.is_binary() { 1 } else { usize::from(self.classes) }
    }

    /// Whether one vector tells two classes apart.
    pub fn is_binary(&self) -> bool {
        self.kind.is_perceptron() && self.capacity == 2
    }

    /// Words of all weights when every class is there.
    pub fn words(&self) -> usize {
        self.words_of(self.vectors())
    }

    /// Words that a start takes.
    pub fn needed(&self) -> usize {
        self.words_of(self.start_vectors())
    }

    fn words_of(&self, vectors: usize) -> usize {
        let features = self.features as usize;
        match self.kind.form() {
            Form::Dense => vectors * features.div_ceil(lanes::PER_WORD),
            // Feature by feature, with room for every vector from the start.
            Form::Sparse => match self.features_per_word() {
                0 => features * self.words_per_feature(),
                some => features.div_ceil(some),
            },
        }
    }

    /// Sparse samples: features in one word, 0 where a feature takes several.
    pub(crate) fn features_per_word(&self) -> usize {
        lanes::PER_WORD / self.vectors()
    }

    /// Sparse samples with more vectors than a word has lanes: words of a feature.
    fn words_per_feature(&self) -> usize {
        self.vectors().div_ceil(lanes::PER_WORD)
    }

    /// Where the weight of a feature in a vector lies: word and lane.
    pub fn place(&self, feature: usize, vector: usize) -> (usize, usize) {
        match self.kind.form() {
            Form::Dense => {
                let per_vector = (self.features as usize).div_ceil(lanes::PER_WORD);
                (vector * per_vector + feature / lanes::PER_WORD, feature % lanes::PER_WORD)
            }
            Form::Sparse => match self.features_per_word() {
                0 => (feature * self.words_per_feature() + vector / lanes::PER_WORD, vector % lanes::PER_WORD),
                some => (feature / some, (feature % some) * self.vectors() + vector),
            },
        }
    }

    /// As the factory takes it and `ModelCreated` shows it: features (3 bytes), capacity (1), classes (1),
    /// setting (4), headers (4 each), all big-endian. The kind stands beside it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FIXED_BYTES + 4 * self.headers.len());
        bytes.extend_from_slice(&self.features.to_be_bytes()[1..]);
        bytes.push(self.capacity as u8);
        bytes.push(self.classes as u8);
        bytes.extend_from_slice(&self.setting.to_be_bytes());
        // The low 32 bits, which are the two's complement of a bias and a number of samples alike.
        bytes.extend(self.headers.iter().flat_map(|header| (*header as u32).to_be_bytes()));
        bytes
    }

    /// Reads and checks what [`Self::to_bytes`] writes.
    ///
    /// # Errors
    /// [`ShapeError`] for bytes that no model can have.
    pub fn from_bytes(kind: ClassifierKind, bytes: &[u8]) -> Result<Self, ShapeError> {
        let Some((&[f0, f1, f2, capacity, classes, s0, s1, s2, s3], headers)) =
            bytes.split_first_chunk::<FIXED_BYTES>()
        else {
            return Err(ShapeError::TooShort { found: bytes.len() });
        };
        let (words, rest) = headers.as_chunks::<4>();
        let header = |word: &[u8; 4]| match kind.is_perceptron() {
            true => i64::from(i32::from_be_bytes(*word)),
            false => i64::from(u32::from_be_bytes(*word)),
        };
        let mut shape = Self {
            kind,
            features: u32::from_be_bytes([0, f0, f1, f2]),
            capacity: u16::from(capacity),
            classes: u16::from(classes),
            setting: u32::from_be_bytes([s0, s1, s2, s3]),
            headers: words.iter().map(header).collect(),
        };
        if !rest.is_empty() {
            // More headers than any model has: refused as such, unless something before them is wrong.
            shape.headers.resize(usize::from(shape.capacity) + 1, 0);
        }
        shape.check()?;
        Ok(shape)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::HashSet;

    use super::*;

    fn shape(kind: ClassifierKind, features: u32, capacity: u16, classes: u16) -> Shape {
        let mut shape = Shape { kind, features, capacity, classes, setting: kind.least_setting(), headers: vec![] };
        shape.headers = vec![1; shape.start_vectors()];
        shape.check().unwrap();
        shape
    }

    #[test]
    fn bytes_are_packed_big_endian() {
        let mut shape = shape(ClassifierKind::SparsePerceptron, 1_000, 3, 3);
        shape.setting = 1_000_000;
        shape.headers = vec![-1, 0, 5];
        let bytes = shape.to_bytes();
        assert_eq!(hex::encode(&bytes), "0003e80303000f4240ffffffff0000000000000005");
        assert_eq!(Shape::from_bytes(shape.kind, &bytes), Ok(shape));
    }

    #[test]
    fn numbers_of_samples_use_all_32_bits() {
        let mut shape = shape(ClassifierKind::DenseCentroid, 5, 2, 2);
        shape.headers = vec![i64::from(u32::MAX), 0];
        assert_eq!(Shape::from_bytes(shape.kind, &shape.to_bytes()), Ok(shape));
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_field() {
        let good = shape(ClassifierKind::NaiveBayes, 100, 4, 2);
        let field = |change: &dyn Fn(&mut Shape)| {
            let mut shape = good.clone();
            change(&mut shape);
            let error = shape.check().unwrap_err();
            assert_eq!(Shape::from_bytes(shape.kind, &shape.to_bytes()).unwrap_err().field(), error.field());
            error.field()
        };
        assert_eq!(field(&|s| s.features = 0), 0);
        assert_eq!(field(&|s| s.features = 100_001), 0);
        assert_eq!(field(&|s| s.capacity = 1), 1);
        assert_eq!(field(&|s| s.capacity = 65), 1);
        assert_eq!(field(&|s| s.classes = 1), 2);
        assert_eq!(field(&|s| s.classes = 5), 2);
        assert_eq!(field(&|s| s.setting = 0), 3);
        assert_eq!(field(&|s| s.headers.push(0)), 4);
        assert_eq!(
            field(&|s| (s.kind, s.setting, s.features, s.capacity) = (ClassifierKind::DenseCentroid, 0, 1_280, 16)),
            6
        );
        let bias = Shape { headers: vec![1 << 23], ..shape(ClassifierKind::DensePerceptron, 9, 2, 2) };
        assert_eq!(bias.check().unwrap_err().field(), 5);
        assert_eq!(Shape::from_bytes(good.kind, &good.to_bytes()[..8]).unwrap_err().field(), 0);
        assert_eq!(Shape::from_bytes(good.kind, &[good.to_bytes(), vec![0]].concat()).unwrap_err().field(), 4);
    }

    #[test]
    fn every_weight_has_a_place_of_its_own() {
        for kind in ClassifierKind::ALL {
            for (features, capacity) in [(1, 2), (23, 2), (10, 3), (31, 7), (12, 10), (7, 11), (5, 64)] {
                let shape = shape(kind, features, capacity, 2);
                let mut seen = HashSet::new();
                for feature in 0..features as usize {
                    for vector in 0..shape.vectors() {
                        let (word, lane) = shape.place(feature, vector);
                        assert!(word < shape.words() && lane < lanes::PER_WORD);
                        assert!(seen.insert((word, lane)));
                    }
                }
                // No word is without a weight.
                let words: HashSet<usize> = seen.iter().map(|(word, _)| *word).collect();
                assert_eq!(words.len(), shape.words());
            }
        }
    }

    #[test]
    fn dense_models_are_bounded_by_what_a_question_reads_and_a_lesson_writes() {
        let fits = |kind: ClassifierKind, features, capacity| {
            let mut shape =
                Shape { kind, features, capacity, classes: 2, setting: kind.least_setting(), headers: vec![] };
            shape.headers = vec![0; shape.start_vectors()];
            shape.check().is_ok()
        };
        use ClassifierKind::{DenseCentroid, DensePerceptron};
        assert!(fits(DensePerceptron, 4_096, 2), "one vector");
        assert!(fits(DensePerceptron, 2_050, 9) && !fits(DensePerceptron, 2_051, 3), "a lesson writes two");
        assert!(fits(DenseCentroid, 4_096, 4) && !fits(DenseCentroid, 4_096, 5));
        assert!(fits(DenseCentroid, 310, 64) && !fits(DenseCentroid, 311, 64));
        assert!(fits(DensePerceptron, 1_280, 15) && !fits(DensePerceptron, 1_280, 16), "embeddings of pictures");
    }

    #[test]
    fn a_sparse_sample_lists_what_a_question_can_read() {
        let most = |kind, capacity| shape(kind, 100_000, capacity, 2).most_listed();
        assert_eq!(most(ClassifierKind::SparsePerceptron, 2), 1_024);
        assert_eq!(most(ClassifierKind::NaiveBayes, 24), 1_024);
        assert_eq!(most(ClassifierKind::NaiveBayes, 25), 983);
        assert_eq!(most(ClassifierKind::SparseCentroid, 64), 384);
    }

    #[test]
    fn words_to_load() {
        assert_eq!(shape(ClassifierKind::DenseCentroid, 512, 4, 2).needed(), 104);
        assert_eq!(shape(ClassifierKind::DensePerceptron, 400, 2, 2).needed(), 40);
        assert_eq!(shape(ClassifierKind::SparsePerceptron, 1_000, 2, 2).needed(), 100);
        assert_eq!(shape(ClassifierKind::NaiveBayes, 1_000, 2, 2).needed(), 200);
        assert_eq!(shape(ClassifierKind::NaiveBayes, 1_000, 3, 2).needed(), 334);
        assert_eq!(shape(ClassifierKind::SparseCentroid, 10, 64, 2).needed(), 70);
    }
}
