//! Call data of a classifier's views (`solidity/shared/classifiers/IClassifier.sol`); all free.

use contracts::abi::{bytes, call, number};

pub(crate) const PREDICT: &str = "predict(bytes)";
pub(crate) const SCORES: &str = "scores(bytes)";
pub(crate) const CHECK: &str = "check(bytes)";
pub(crate) const COUNT: &str = "count(bytes)";
pub(crate) const CHECK_SHAPE: &str = "checkShape(bytes)";
pub(crate) const MODEL: &str = "model()";
pub(crate) const KIND: &str = "kind()";
pub(crate) const FEATURES: &str = "features()";
pub(crate) const CAPACITY: &str = "capacity()";
pub(crate) const CLASSES: &str = "classes()";
pub(crate) const SETTING: &str = "setting()";
pub(crate) const LOADED: &str = "loaded()";
pub(crate) const NEEDED: &str = "needed()";
pub(crate) const READY: &str = "ready()";
pub(crate) const WORDS: &str = "words(uint32,uint32)";
pub(crate) const HEADERS: &str = "headers()";
/// What only the model may call.
#[cfg(test)]
pub(crate) const OF_THE_MODEL: [&str; 4] = ["load(uint32,bytes)", "teach(bytes,uint16)", "addClass()", "restart()"];

/// The predicted class. Read with [`crate::returns::shared::class`].
pub fn predict(sample: &[u8]) -> Vec<u8> {
    call(PREDICT, &[bytes(sample)])
}

/// A score a class, higher is better. Read with [`crate::returns::shared::scores`].
pub fn scores(sample: &[u8]) -> Vec<u8> {
    call(SCORES, &[bytes(sample)])
}

/// Reverts unless the model takes the sample.
pub fn check(sample: &[u8]) -> Vec<u8> {
    call(CHECK, &[bytes(sample)])
}

/// How many rows (label, length and sample each) are predicted as labelled. Read with
/// [`crate::returns::shared::counted`].
pub fn count(rows: &[u8]) -> Vec<u8> {
    call(COUNT, &[bytes(rows)])
}

/// Reverts unless there can be a model of this shape; to ask an implementation.
pub fn check_shape(shape: &[u8]) -> Vec<u8> {
    call(CHECK_SHAPE, &[bytes(shape)])
}

/// The entry that alone may change this classifier. Read with [`contracts::returns::address`].
pub fn model() -> Vec<u8> {
    call(MODEL, &[])
}

/// The number of its kind. Read with [`contracts::returns::count`].
pub fn kind() -> Vec<u8> {
    call(KIND, &[])
}

/// Read with [`contracts::returns::count`].
pub fn features() -> Vec<u8> {
    call(FEATURES, &[])
}

/// Read with [`contracts::returns::count`].
pub fn capacity() -> Vec<u8> {
    call(CAPACITY, &[])
}

/// Classes now. Read with [`contracts::returns::count`].
pub fn classes() -> Vec<u8> {
    call(CLASSES, &[])
}

/// Learning rate or smoothing. Read with [`contracts::returns::count`].
pub fn setting() -> Vec<u8> {
    call(SETTING, &[])
}

/// Words loaded so far: where a deployment goes on. Read with [`contracts::returns::count`].
pub fn loaded() -> Vec<u8> {
    call(LOADED, &[])
}

/// Words of a complete start. Read with [`contracts::returns::count`].
pub fn needed() -> Vec<u8> {
    call(NEEDED, &[])
}

/// Whether all words are there. Read with [`contracts::returns::boolean`].
pub fn ready() -> Vec<u8> {
    call(READY, &[])
}

/// Words as they are now, 30 bytes each. Read with [`crate::returns::shared::bytes`].
pub fn words(first: u32, length: u32) -> Vec<u8> {
    call(WORDS, &[number(first), number(length)])
}

/// Biases or numbers of samples as they are now, and sums. Read with [`crate::returns::shared::headers`].
pub fn headers() -> Vec<u8> {
    call(HEADERS, &[])
}
