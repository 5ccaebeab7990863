//! What the requester does.

mod cancel;
mod create;
mod reveal_truth;
