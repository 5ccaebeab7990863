//! Networks of dense layers: logistic regression (none hidden) and MLPs.

pub mod cpu;
pub mod fit;
pub mod weights;
