//! Runs one compute job beside the page, in the browser's own engine.
//!
//! | module | what it does |
//! |---|---|
//! | [`service`] | which requests are answered: measure, prepare, run a stretch |
//! | [`stretch`] | runs as far as it is paid, tells lines and progress, hears a stop |
//!
//! What a job means is `compute_provider`'s business, how it is run that of `compute_engine`, how messages travel that of
//! `work`; nothing is decided here. A step cannot be interrupted from within: the page ends the worker where a stop is not
//! heard in time.

mod service;
mod stretch;
#[cfg(test)]
mod tests;

use work::worker::{LastWords, serve};

/// Said where the program breaks off.
const LAST_WORDS: LastWords = LastWords {
    broke: "The program that runs jobs met something that it was not made for and was ended. The job goes on from its last \
            checkpoint; the browser's console says where it happened.",
    memory: "The job needs more memory than this browser gives. Lend less memory, or close other tabs; it goes on from its \
             last checkpoint.",
    nested: "A file of the job is nested too deeply to be read.",
};

fn main() {
    serve(service::Jobs::default(), LAST_WORDS);
}
