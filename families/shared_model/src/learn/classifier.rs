//! The five classifiers, in the integers of the contracts: the same samples give the same weights, scores and
//! predictions as on chain, to the bit.
//!
//! Scores are `i128`: the largest magnitude is below 2^99 (a sparse centroid: 2·n·Σc·2³² with n < 2³², Σc < 2³⁴), and
//! [`NEVER`] marks a class without samples. Higher is better; ties go to the lowest class.

mod dense_centroid;
mod dense_perceptron;
mod naive_bayes;
mod sparse_centroid;
mod sparse_perceptron;
mod weights;

use crate::{ClassifierKind, Sample, SampleError, Shape, ShapeError, lanes};

use dense_centroid::DenseCentroid;
use dense_perceptron::DensePerceptron;
use naive_bayes::NaiveBayes;
use sparse_centroid::SparseCentroid;
use sparse_perceptron::SparsePerceptron;
use weights::Weights;

/// Score of a class that is never predicted, as it has no samples: Solidity's `type(int128).min`.
pub const NEVER: i128 = i128::MIN;

/// Why a classifier does not do what it was asked. The same reasons as on chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClassifierError {
    #[error(transparent)]
    Shape(#[from] ShapeError),
    #[error(transparent)]
    Sample(#[from] SampleError),
    #[error("The model has {loaded} of its {needed} words. Load the others first.")]
    NotReady { loaded: usize, needed: usize },
    #[error("All {needed} words of the model are loaded; they cannot be replaced.")]
    AlreadyLoaded { needed: usize },
    #[error("The next word to load is word {expected}, not {first}.")]
    WrongStart { first: usize, expected: usize },
    #[error("A chunk of {length} bytes is none: it must be whole words of 30 bytes, and no more than are missing.")]
    WrongChunk { length: usize },
    #[error("Word {word} has a count below zero, or something where no weight is.")]
    LaneOutOfRange { word: usize },
    #[error("There is no class {label}: the model has {classes} (0 to {}).", classes - 1)]
    UnknownLabel { label: u16, classes: u16 },
    #[error("The model was made for {capacity} classes and has them all.")]
    NoRoomForClass { capacity: u16 },
}

/// A classifier with its weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classifier {
    shape: Shape,
    /// Classes now.
    classes: u16,
    /// Words loaded so far.
    loaded: usize,
    model: Model,
    /// As it was at the first [`Self::restart`].
    start: Option<Box<Model>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Model {
    DensePerceptron(DensePerceptron),
    SparsePerceptron(SparsePerceptron),
    NaiveBayes(NaiveBayes),
    DenseCentroid(DenseCentroid),
    SparseCentroid(SparseCentroid),
}

/// What each classifier does. Samples have been checked against the shape, labels against the classes.
trait Learner {
    /// Scores of the classes that there are.
    fn scores(&self, sample: &Sample) -> Vec<i128> {
        (0..self.classes()).map(|class| self.score(self.part(sample, class), sample, class)).collect()
    }
    /// Classes that there are.
    fn classes(&self) -> usize;
    /// What a sample and the weights of a class come to. It changes only where weights of the class change.
    fn part(&self, sample: &Sample, class: usize) -> i128;
    /// The score of a class from that part and the headers.
    fn score(&self, part: i128, sample: &Sample, class: usize) -> i128;
    /// Learns that a sample which is predicted as `predicted` is of class `label`.
    fn learn(&mut self, sample: &Sample, label: usize, predicted: usize);
    /// A class with no samples and no weights.
    fn add_class(&mut self);
    fn weights(&self) -> &Weights;
    fn weights_mut(&mut self) -> &mut Weights;
    /// Computes from the weights what is kept beside them.
    fn loaded(&mut self);
    /// Biases or numbers of samples.
    fn headers(&self) -> Vec<i64>;
    /// What was computed from the weights.
    fn sums(&self) -> Vec<u64>;
}

impl Model {
    fn learner(&self) -> &dyn Learner {
        match self {
            Self::DensePerceptron(model) => model,
            Self::SparsePerceptron(model) => model,
            Self::NaiveBayes(model) => model,
            Self::DenseCentroid(model) => model,
            Self::SparseCentroid(model) => model,
        }
    }

    fn learner_mut(&mut self) -> &mut dyn Learner {
        match self {
            Self::DensePerceptron(model) => model,
            Self::SparsePerceptron(model) => model,
            Self::NaiveBayes(model) => model,
            Self::DenseCentroid(model) => model,
            Self::SparseCentroid(model) => model,
        }
    }
}

/// The class with the highest score, the lowest one of equals; 0 of none.
pub fn best(scores: impl IntoIterator<Item = i128>) -> u16 {
    let mut best = (0, NEVER);
    for (class, score) in scores.into_iter().enumerate() {
        if score > best.1 {
            best = (class, score);
        }
    }
    best.0 as u16
}

impl Classifier {
    /// A classifier whose words are still to be loaded.
    ///
    /// # Errors
    /// [`ClassifierError::Shape`] when there can be no such model.
    pub fn new(shape: Shape) -> Result<Self, ClassifierError> {
        shape.check()?;
        let model = match shape.kind {
            ClassifierKind::DensePerceptron => Model::DensePerceptron(DensePerceptron::new(&shape)),
            ClassifierKind::SparsePerceptron => Model::SparsePerceptron(SparsePerceptron::new(&shape)),
            ClassifierKind::NaiveBayes => Model::NaiveBayes(NaiveBayes::new(&shape)),
            ClassifierKind::DenseCentroid => Model::DenseCentroid(DenseCentroid::new(&shape)),
            ClassifierKind::SparseCentroid => Model::SparseCentroid(SparseCentroid::new(&shape)),
        };
        Ok(Self { classes: shape.classes, loaded: 0, model, start: None, shape })
    }

    /// A classifier with a whole start.
    ///
    /// # Errors
    /// As [`Self::new`] and [`Self::load`]; [`ClassifierError::NotReady`] when words are missing.
    pub fn with_words(shape: Shape, words: &[u8]) -> Result<Self, ClassifierError> {
        let mut classifier = Self::new(shape)?;
        classifier.load(0, words)?;
        classifier.demand_ready()?;
        Ok(classifier)
    }

    /// What its creation fixed. The classes that it started with are in it, not those added since.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Classes now.
    pub fn classes(&self) -> u16 {
        self.classes
    }

    /// Words loaded so far.
    pub fn loaded(&self) -> usize {
        self.loaded
    }

    /// Whether all words are loaded.
    pub fn is_ready(&self) -> bool {
        self.loaded == self.shape.needed()
    }

    fn demand_ready(&self) -> Result<(), ClassifierError> {
        if self.is_ready() {
            return Ok(());
        }
        Err(ClassifierError::NotReady { loaded: self.loaded, needed: self.shape.needed() })
    }

    /// Takes the next words of the start. Answers whether the model is ready now.
    ///
    /// # Errors
    /// [`ClassifierError`] that says what is wrong with the chunk; nothing of it is kept then.
    pub fn load(&mut self, first: usize, words: &[u8]) -> Result<bool, ClassifierError> {
        let needed = self.shape.needed();
        if self.is_ready() {
            return Err(ClassifierError::AlreadyLoaded { needed });
        }
        if first != self.loaded {
            return Err(ClassifierError::WrongStart { first, expected: self.loaded });
        }
        let (chunk, rest) = words.as_chunks::<{ lanes::WORD_BYTES }>();
        if chunk.is_empty() || !rest.is_empty() || chunk.len() > needed - first {
            return Err(ClassifierError::WrongChunk { length: words.len() });
        }
        let counts = self.shape.kind.counts();
        let weights = self.model.learner_mut().weights_mut();
        for (index, word) in chunk.iter().enumerate() {
            if !weights.fits(first + index, word, self.classes, counts) {
                return Err(ClassifierError::LaneOutOfRange { word: first + index });
            }
        }
        for (index, word) in chunk.iter().enumerate() {
            weights.set_word(first + index, word);
        }
        self.loaded += chunk.len();
        if self.is_ready() {
            self.model.learner_mut().loaded();
        }
        Ok(self.is_ready())
    }

    /// Reads and checks the bytes of a sample.
    ///
    /// # Errors
    /// [`SampleError`] for bytes that the model does not take.
    pub fn sample(&self, bytes: &[u8]) -> Result<Sample, SampleError> {
        Sample::parse(&self.shape, bytes)
    }

    /// The predicted class of a sample that [`Self::sample`] gave.
    ///
    /// # Errors
    /// [`ClassifierError::NotReady`].
    pub fn predict(&self, sample: &Sample) -> Result<u16, ClassifierError> {
        Ok(best(self.scores(sample)?))
    }

    /// A score for each class, higher is better.
    ///
    /// # Errors
    /// [`ClassifierError::NotReady`].
    pub fn scores(&self, sample: &Sample) -> Result<Vec<i128>, ClassifierError> {
        self.demand_ready()?;
        Ok(self.model.learner().scores(sample))
    }

    /// Predicts, then learns. Answers the class that was predicted before.
    ///
    /// # Errors
    /// [`ClassifierError::NotReady`], [`ClassifierError::UnknownLabel`].
    pub fn teach(&mut self, sample: &Sample, label: u16) -> Result<u16, ClassifierError> {
        self.demand_ready()?;
        self.demand_label(label)?;
        let predicted = self.predict(sample)?;
        self.model.learner_mut().learn(sample, usize::from(label), usize::from(predicted));
        Ok(predicted)
    }

    /// Demands that a class exists.
    ///
    /// # Errors
    /// [`ClassifierError::UnknownLabel`].
    pub fn demand_label(&self, label: u16) -> Result<(), ClassifierError> {
        if label < self.classes {
            return Ok(());
        }
        Err(ClassifierError::UnknownLabel { label, classes: self.classes })
    }

    /// Adds a class with no samples and no weights, and answers its index.
    ///
    /// # Errors
    /// [`ClassifierError::NotReady`], [`ClassifierError::NoRoomForClass`].
    pub fn add_class(&mut self) -> Result<u16, ClassifierError> {
        self.demand_ready()?;
        if self.classes == self.shape.capacity {
            return Err(ClassifierError::NoRoomForClass { capacity: self.shape.capacity });
        }
        self.model.learner_mut().add_class();
        self.classes += 1;
        Ok(self.classes - 1)
    }

    /// Back to the weights as they were at the first restart; whoever restarts does so before teaching, and so comes
    /// back to what was loaded. Classes added since stay, empty.
    ///
    /// # Errors
    /// [`ClassifierError::NotReady`].
    pub fn restart(&mut self) -> Result<(), ClassifierError> {
        self.demand_ready()?;
        let Some(start) = &self.start else {
            self.start = Some(Box::new(self.model.clone()));
            return Ok(());
        };
        self.model = (**start).clone();
        while self.model.learner().classes() < usize::from(self.classes) {
            self.model.learner_mut().add_class();
        }
        Ok(())
    }

    /// All words as they are now, those of classes that may still come among them.
    pub fn words(&self) -> Vec<u8> {
        self.model.learner().weights().to_bytes()
    }

    /// Biases, or numbers of samples, as they are now.
    pub fn headers(&self) -> Vec<i64> {
        self.model.learner().headers()
    }

    /// Naive Bayes: counted features of each class. Sparse centroids: Σc². Others: nothing.
    pub fn sums(&self) -> Vec<u64> {
        self.model.learner().sums()
    }

    /// See [`crate::learn::accuracy`]: the part of a score that only the weights of the class decide.
    pub(crate) fn part(&self, sample: &Sample, class: usize) -> i128 {
        self.model.learner().part(sample, class)
    }

    pub(crate) fn score(&self, part: i128, sample: &Sample, class: usize) -> i128 {
        self.model.learner().score(part, sample, class)
    }
}
