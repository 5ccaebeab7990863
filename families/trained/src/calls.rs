//! Call data of Reproductions and PublishedModels, one function per function of the contracts.

pub mod published;
pub mod reproductions;
