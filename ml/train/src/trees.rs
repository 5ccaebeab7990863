//! Gradient-boosted trees on histograms, as XGBoost and LightGBM build them (Chen and Guestrin 2016, Ke et al. 2017):
//! second-order gains with an L2 penalty, level by level, one tree a class and round (one in all for two classes).
//! No well-kept crate compiles to wasm and lets a caller weigh classes, look on and stop between rounds.

pub mod bins;
pub mod boost;
pub mod grow;
pub mod histogram;
pub mod tree;
