//! One file per action or concern.

mod cancel;
mod claim;
mod coin;
mod collect;
mod create;
mod crowd;
mod hostile;
mod permit;
mod phases;
mod reveal_prediction;
mod reveal_truth;
mod scoring;
mod settle;
mod slash_silent;
mod submit;
mod timeout;
mod withdraw;
