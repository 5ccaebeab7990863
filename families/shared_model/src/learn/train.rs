//! Fits the start of a model to labelled samples: what is put into its creation and loaded after it.
//!
//! The same samples, options and seed give the same start on every machine, since all arithmetic is in whole numbers.

use crate::{ClassifierKind, Form, Sample, Shape, ShapeError, lanes};
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

use crate::learn::classifier::{Classifier, ClassifierError};

/// What to fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FitOptions {
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
    /// Perceptrons: at most this many times through the samples.
    pub epochs: u32,
    /// Perceptrons: decides the order of the samples.
    pub seed: u64,
}

/// A start, ready to be created and loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// With the headers.
    pub shape: Shape,
    /// [`Shape::needed`] words of 30 bytes.
    pub words: Vec<u8>,
}

/// Why no start can be fitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    #[error(transparent)]
    Shape(#[from] ShapeError),
    #[error("There are no samples to learn from. Give at least one of each class.")]
    NoSamples,
    #[error("Sample {row} is of class {label}, but the model starts with {classes} (0 to {}).", classes - 1)]
    UnknownLabel { row: usize, label: u16, classes: u16 },
    #[error("Sample {row} is not one that a model with {features} features takes. Encode the data for this model.")]
    WrongSample { row: usize, features: u32 },
    #[error(transparent)]
    Classifier(#[from] ClassifierError),
}

impl Start {
    /// The model that this start gives.
    ///
    /// # Errors
    /// [`ClassifierError`] when the words do not fit the shape; those of [`fit`] do.
    pub fn classifier(&self) -> Result<Classifier, ClassifierError> {
        Classifier::with_words(self.shape.clone(), &self.words)
    }
}

/// Fits a start: counts, means, or weights after some epochs.
///
/// # Errors
/// [`TrainError`] that names the sample or the value that does not fit.
pub fn fit(options: &FitOptions, samples: &[(Sample, u16)]) -> Result<Start, TrainError> {
    let mut shape = Shape {
        kind: options.kind,
        features: options.features,
        capacity: options.capacity,
        classes: options.classes,
        setting: options.setting,
        headers: Vec::new(),
    };
    shape.headers = vec![0; shape.start_vectors()];
    shape.check()?;
    check(&shape, samples)?;
    let empty = vec![0; shape.needed() * lanes::WORD_BYTES];
    let fitted = match options.kind {
        ClassifierKind::DensePerceptron | ClassifierKind::SparsePerceptron => {
            perceptron(options, Classifier::with_words(shape.clone(), &empty)?, samples)?
        }
        ClassifierKind::NaiveBayes | ClassifierKind::SparseCentroid => {
            // Teaching counts, so counting is teaching.
            let mut model = Classifier::with_words(shape.clone(), &empty)?;
            for (sample, label) in samples {
                model.teach(sample, *label)?;
            }
            model
        }
        ClassifierKind::DenseCentroid => return Ok(means(shape, samples)),
    };
    shape.headers = fitted.headers();
    let mut words = fitted.words();
    words.truncate(shape.needed() * lanes::WORD_BYTES);
    Ok(Start { shape, words })
}

fn check(shape: &Shape, samples: &[(Sample, u16)]) -> Result<(), TrainError> {
    if samples.is_empty() {
        return Err(TrainError::NoSamples);
    }
    for (row, (sample, label)) in samples.iter().enumerate() {
        if *label >= shape.classes {
            return Err(TrainError::UnknownLabel { row, label: *label, classes: shape.classes });
        }
        let fits = match (shape.kind.form(), sample) {
            (Form::Dense, Sample::Dense(values)) => values.len() == shape.features as usize && lanes::is_unit(values),
            (Form::Sparse, Sample::Sparse(features)) => features.iter().all(|feature| *feature < shape.features),
            _ => false,
        };
        if !fits {
            return Err(TrainError::WrongSample { row, features: shape.features });
        }
    }
    Ok(())
}

/// Goes through the samples in a new order each time, until none is wrong; the epoch that ends with the fewest wrong
/// ones is kept.
fn perceptron(
    options: &FitOptions,
    mut model: Classifier,
    samples: &[(Sample, u16)],
) -> Result<Classifier, TrainError> {
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut random = ChaCha8Rng::seed_from_u64(options.seed);
    let mut kept = (samples.len() + 1, model.clone());
    for _ in 0..options.epochs {
        shuffle(&mut order, &mut random);
        let mut taught = 0;
        for row in &order {
            let (sample, label) = &samples[*row];
            taught += usize::from(model.teach(sample, *label)? != *label);
        }
        let mut wrong = 0;
        if taught > 0 {
            for (sample, label) in samples {
                wrong += usize::from(model.predict(sample)? != *label);
            }
        }
        if wrong < kept.0 {
            kept = (wrong, model.clone());
        }
        if wrong == 0 {
            break;
        }
    }
    Ok(kept.1)
}

/// Fisher and Yates. The remainder of 64 bits is even enough for an order.
fn shuffle(order: &mut [usize], random: &mut ChaCha8Rng) {
    for last in (1..order.len()).rev() {
        order.swap(last, (random.next_u64() % (last as u64 + 1)) as usize);
    }
}

/// The mean of each class, rounded once.
fn means(mut shape: Shape, samples: &[(Sample, u16)]) -> Start {
    let (features, classes) = (shape.features as usize, usize::from(shape.classes));
    let mut sums = vec![0i64; features * classes];
    for (sample, label) in samples {
        if let Sample::Dense(values) = sample {
            shape.headers[usize::from(*label)] += 1;
            for (sum, value) in sums[usize::from(*label) * features..].iter_mut().zip(values) {
                *sum += i64::from(*value);
            }
        }
    }
    let padded = features.div_ceil(lanes::PER_WORD) * lanes::PER_WORD;
    let mut all = vec![0i32; padded * classes];
    for (class, samples) in shape.headers.iter().enumerate().filter(|(_, samples)| **samples > 0) {
        for (mean, sum) in all[class * padded..].iter_mut().zip(&sums[class * features..][..features]) {
            let magnitude = (2 * sum.abs() + samples) / (2 * samples);
            *mean = lanes::clamp(if *sum < 0 { -magnitude } else { magnitude });
        }
    }
    Start { words: lanes::write(&all), shape }
}
