//! What people do to bounties: one file per button. Pages hold layout and wording; the steps are here.

pub mod attest;
pub mod post;
pub mod publish;
pub mod recover;
pub mod reveal_prediction;
pub mod reveal_truth;
pub mod secret;
pub mod submit;
