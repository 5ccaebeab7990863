//! Call data of PublishedModels.

use contracts::abi::{call, number, text};

pub(crate) const PUBLISH: &str = "publish(string,string,string)";
pub(crate) const WITHDRAW: &str = "withdraw(uint256)";
pub(crate) const MODEL: &str = "model(uint256)";
pub(crate) const MODEL_COUNT: &str = "modelCount()";

/// Publishes a model file under the sender's name. The lengths that are allowed are in the crate's constants; the id is
/// in the [`crate::PublishedEvent::Published`] of the receipt.
pub fn publish(cid: &str, name: &str, description: &str) -> Vec<u8> {
    call(PUBLISH, &[text(cid), text(name), text(description)])
}

/// Takes a model off the list; by its publisher.
pub fn withdraw(id: u64) -> Vec<u8> {
    call(WITHDRAW, &[number(id)])
}

/// View: read with [`crate::returns::published`].
pub fn model(id: u64) -> Vec<u8> {
    call(MODEL, &[number(id)])
}

/// View: models ever published, which is the highest id. Read with [`contracts::returns::count`].
pub fn model_count() -> Vec<u8> {
    call(MODEL_COUNT, &[])
}
