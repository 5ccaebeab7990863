//! Plays one seat of a task beside the page: the table and all keys of the seat are here, and leave only as shares.
//!
//! | module | what it does |
//! |---|---|
//! | [`service`] | which requests are answered |
//! | [`seat`] | a seat at work: meets the others, waits for the chain, plays to the end |
//! | [`beside`] | tells the page how far it is, while a seat works |
//! | [`counted`] | counts what goes over the relay |
//! | [`heard`] | hears from the page that the chain has what it was told |
//! | [`late`] | what is posted on chain where a key is demanded, and read from there |
//! | [`session`] | asks the page for a session at the relay, where a connection is made anew |
//! | [`random`] | random bytes of the browser |
//!
//! What a seat does is `mpc_run`'s business, how links open that of `link`; nothing is decided here.

mod beside;
mod counted;
mod heard;
mod late;
mod random;
mod seat;
mod service;
mod session;
#[cfg(test)]
mod tests;

use work::worker::{LastWords, serve};

/// Said where the program breaks off.
const LAST_WORDS: LastWords = LastWords {
    broke: "The program that plays your seat met something that it was not made for and was ended. Nothing was told. Open \
            the task again and join once more; the browser's console says where it happened.",
    memory: "Your seat needs more memory than the browser gives. Close other tabs, or use fewer rows or columns.",
    nested: "A file of this task is nested too deeply to be read.",
};

fn main() {
    serve(service::Party::default(), LAST_WORDS);
}
