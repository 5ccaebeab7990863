//! Plays simulations beside the page.
//!
//! | module | what it does |
//! |---|---|
//! | [`service`] | which requests are answered |
//! | [`play`] | a run in slices, so that it can be watched and stopped |
//!
//! What happens in a run is `simulation`'s business, how messages travel that of `work`; nothing is decided here.

mod play;
mod service;
#[cfg(test)]
mod tests;

use work::worker::{LastWords, serve};

/// Said where the program breaks off.
const LAST_WORDS: LastWords = LastWords {
    broke: "The program that plays simulations met something that it was not made for and was ended. Change the \
            simulation and try again. The browser's console says where it happened.",
    memory: "The simulation needs more memory than this browser gives. Take fewer rows or fewer days.",
    nested: "The simulation is nested too deeply to be played. Take fewer agents.",
};

fn main() {
    serve(service::Simulations, LAST_WORDS);
}
