//! Call data of shared models ([`shared`]), of those with a prediction market besides ([`market`]), of classifiers, of
//! the factory and of the accuracy log, one function per function of the contracts.

pub mod accuracy_log;
pub mod classifier;
pub mod factory;
pub mod market;
pub mod shared;
