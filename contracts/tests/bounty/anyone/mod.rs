//! What anyone may do.

mod collect;
mod settle;
mod slash_silent;
mod timeout;
