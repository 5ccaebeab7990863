//! Call data of a classifier's views (`solidity/shared/classifiers/IClassifier.sol`); all free.

use contracts::abi::call;

use super::super::contract::NaiveBayes;

/// The predicted class. Read with [`crate::returns::shared::class`].
pub fn predict(sample: &[u8]) -> Vec<u8> {
    call::<NaiveBayes::predictCall>((sample.to_vec().into(),))
}

/// A score a class, higher is better. Read with [`crate::returns::shared::scores`].
pub fn scores(sample: &[u8]) -> Vec<u8> {
    call::<NaiveBayes::scoresCall>((sample.to_vec().into(),))
}

/// Reverts unless the model takes the sample.
pub fn check(sample: &[u8]) -> Vec<u8> {
    call::<NaiveBayes::checkCall>((sample.to_vec().into(),))
}

/// How many rows (label, length and sample each) are predicted as labelled. Read with
/// [`crate::returns::shared::counted`].
pub fn count(rows: &[u8]) -> Vec<u8> {
    call::<NaiveBayes::countCall>((rows.to_vec().into(),))
}

/// Reverts unless there can be a model of this shape; to ask an implementation.
pub fn check_shape(shape: &[u8]) -> Vec<u8> {
    call::<NaiveBayes::checkShapeCall>((shape.to_vec().into(),))
}

/// The entry that alone may change this classifier. Read with [`contracts::returns::address`].
pub fn model() -> Vec<u8> {
    call::<NaiveBayes::modelCall>(())
}

/// The number of its kind. Read with [`contracts::returns::count`].
pub fn kind() -> Vec<u8> {
    call::<NaiveBayes::kindCall>(())
}

/// Read with [`contracts::returns::count`].
pub fn features() -> Vec<u8> {
    call::<NaiveBayes::featuresCall>(())
}

/// Read with [`contracts::returns::count`].
pub fn capacity() -> Vec<u8> {
    call::<NaiveBayes::capacityCall>(())
}

/// Classes now. Read with [`contracts::returns::count`].
pub fn classes() -> Vec<u8> {
    call::<NaiveBayes::classesCall>(())
}

/// Learning rate or smoothing. Read with [`contracts::returns::count`].
pub fn setting() -> Vec<u8> {
    call::<NaiveBayes::settingCall>(())
}

/// Words loaded so far: where a deployment goes on. Read with [`contracts::returns::count`].
pub fn loaded() -> Vec<u8> {
    call::<NaiveBayes::loadedCall>(())
}

/// Words of a complete start. Read with [`contracts::returns::count`].
pub fn needed() -> Vec<u8> {
    call::<NaiveBayes::neededCall>(())
}

/// Whether all words are there. Read with [`contracts::returns::boolean`].
pub fn ready() -> Vec<u8> {
    call::<NaiveBayes::readyCall>(())
}

/// Words as they are now, 30 bytes each. Read with [`crate::returns::shared::bytes`].
pub fn words(first: u32, length: u32) -> Vec<u8> {
    call::<NaiveBayes::wordsCall>((first, length))
}

/// Biases or numbers of samples as they are now, and sums. Read with [`crate::returns::shared::headers`].
pub fn headers() -> Vec<u8> {
    call::<NaiveBayes::headersCall>(())
}
