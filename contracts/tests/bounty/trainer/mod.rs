//! What trainers do.

mod claim;
mod reveal_prediction;
mod submit;
mod withdraw;
