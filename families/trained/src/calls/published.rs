//! Call data of PublishedModels.

use contracts::abi::{call, wide};

use crate::contract::PublishedModels;

/// Publishes a model file under the sender's name. The lengths that are allowed are in the crate's constants; the id is
/// in the [`crate::PublishedEvent::Published`] of the receipt.
pub fn publish(cid: &str, name: &str, description: &str) -> Vec<u8> {
    call::<PublishedModels::publishCall>((cid.to_owned(), name.to_owned(), description.to_owned()))
}

/// Takes a model off the list; by its publisher.
pub fn withdraw(id: u64) -> Vec<u8> {
    call::<PublishedModels::withdrawCall>((wide(id),))
}

/// View: read with [`crate::returns::published`].
pub fn model(id: u64) -> Vec<u8> {
    call::<PublishedModels::modelCall>((wide(id),))
}

/// View: models ever published, which is the highest id. Read with [`contracts::returns::count`].
pub fn model_count() -> Vec<u8> {
    call::<PublishedModels::modelCountCall>(())
}
