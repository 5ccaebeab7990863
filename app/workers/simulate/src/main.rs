//! Computes with shared models beside the page: plays simulations, trains starts, replays histories.
//!
//! | module | what it does |
//! |---|---|
//! | [`service`] | which requests are answered |
//! | [`play`] | a simulation in slices, so that it can be watched and stopped |
//! | [`learn`] | reading a table, training a start on it, replaying a history |
//!
//! What happens in a run is `simulation`'s business, how a model learns that of `shared_model`, how messages travel that
//! of `work`; nothing is decided here.

mod learn;
mod play;
mod service;
#[cfg(test)]
mod tests;

use work::worker::{LastWords, serve};

/// Said where the program breaks off.
const LAST_WORDS: LastWords = LastWords {
    broke: "The program that computes with shared models met something that it was not made for and was ended. Change \
            what you asked for and try again. The browser's console says where it happened.",
    memory: "This needs more memory than the browser gives. Take fewer rows, or a shorter simulation.",
    nested: "This is nested too deeply to be computed. Take less of it.",
};

fn main() {
    serve(service::SharedModels::default(), LAST_WORDS);
}
