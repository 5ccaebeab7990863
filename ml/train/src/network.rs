//! Networks of dense layers: logistic regression (none hidden) and MLPs.

pub mod choose;
pub mod cpu;
pub mod fit;
#[cfg(feature = "gpu")]
pub mod gpu;
pub mod weights;
