//! What models compute, to the bit.
//!
//! | module | what it does |
//! |---|---|
//! | [`classifier`] | the five classifiers in the integers of the contracts: load, predict, teach |
//! | [`log2`] | logarithms in fixed point, as naive Bayes takes them on chain |
//! | [`predictions`] | predictions for many samples, kept while the model is taught |
//! | [`accuracy`] | how many rows of a test set a model predicts, kept up to date while it is taught |
//! | [`replay`] | a model and its accuracy from its events alone |
//! | [`from_table`] | from a table of examples to a model that can be deployed |
//! | [`train`] | fits the start of a model to labelled samples |
//! | [`task`] | what a page asks of a worker about all this |

pub mod accuracy;
pub mod classifier;
pub mod from_table;
pub mod log2;
pub mod predictions;
pub mod replay;
pub mod task;
pub mod train;

pub use classifier::{Classifier, ClassifierError};
