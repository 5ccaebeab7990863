//! What people do to shared models. Pages hold layout and wording; the steps are here.

pub mod contribution;
pub mod market;
pub mod models;
