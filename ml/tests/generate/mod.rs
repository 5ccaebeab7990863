//! Models and samples for the tests, from a seed.

#![allow(dead_code, reason = "each test file uses its part")]

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};
use shared_model::learn::Classifier;
use shared_model::{ClassifierKind, Sample, Shape, lanes};

pub fn shape(kind: ClassifierKind, features: u32, capacity: u16, classes: u16) -> Shape {
    let setting = if kind.least_setting() == 0 { 0 } else { 1_000_000 };
    let mut shape = Shape { kind, features, capacity, classes, setting, headers: Vec::new() };
    shape.headers = vec![0; shape.start_vectors()];
    shape
}

/// A model that is ready, with a weight for each feature and vector of the start.
pub fn start(shape: Shape, weight: impl Fn(usize, usize) -> i32) -> Classifier {
    let mut all = vec![0; shape.needed() * lanes::PER_WORD];
    for feature in 0..shape.features as usize {
        for vector in 0..shape.start_vectors() {
            let (word, lane) = shape.place(feature, vector);
            all[word * lanes::PER_WORD + lane] = weight(feature, vector);
        }
    }
    Classifier::with_words(shape, &lanes::write(&all)).unwrap()
}

/// The weight of a feature in a vector, read from the words.
pub fn weight(model: &Classifier, feature: usize, vector: usize) -> i32 {
    let (word, lane) = model.shape().place(feature, vector);
    lanes::read(&model.words())[word * lanes::PER_WORD + lane]
}

pub fn counts(seed: u64, classes: usize, features: usize, below: u32) -> Vec<Vec<u32>> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..classes).map(|_| (0..features).map(|_| random.next_u32() % below).collect()).collect()
}

/// Lanes of norm 1.
pub fn unit(seed: u64, features: usize) -> Vec<i32> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let raw: Vec<f64> = (0..features).map(|_| f64::from(random.next_u32() as i32) + 0.5).collect();
    let norm = raw.iter().map(|value| value * value).sum::<f64>().sqrt();
    raw.iter().map(|value| (value / norm * f64::from(lanes::ONE)).round() as i32).collect()
}

pub fn dense(seed: u64, features: usize) -> Sample {
    Sample::Dense(unit(seed, features))
}

/// At most `most` features, at least one.
pub fn sparse(seed: u64, features: u32, most: usize) -> Sample {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut listed: Vec<u32> = (0..most).map(|_| random.next_u32() % features).collect();
    listed.sort_unstable();
    listed.dedup();
    Sample::Sparse(listed)
}
