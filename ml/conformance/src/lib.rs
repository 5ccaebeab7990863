//! Both engines against onnxruntime, and training against scikit-learn.
//!
//! | module | what it does |
//! |---|---|
//! | [`peer`] | runs the Python scripts of `peer/`, which write cases into `target/peer/` |
//! | [`case`] | reads those cases |
//! | [`compare`] | an engine's answer against the peer's |
//! | [`engine`] | both engines behind one trait |
//! | [`expectation`] | the committed lists of what is not supported, with reasons |
//! | [`suite`] | runs all cases on an engine and tells what passed, failed and is not supported |

pub mod case;
pub mod compare;
pub mod engine;
pub mod expectation;
pub mod peer;
pub mod suite;
