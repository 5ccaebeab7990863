//! What trainers do.

mod claim;
mod part;
mod reveal_prediction;
mod submit;
mod withdraw;
