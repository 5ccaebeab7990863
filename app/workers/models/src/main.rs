//! Runs and trains models beside the page.
//!
//! | module | what it does |
//! |---|---|
//! | [`service`] | which requests are answered: open, predict, train, judge, measure |
//! | [`judge`] | training in folds, shuffling columns |
//! | [`watch`] | how running and training tell their progress, yield and hear a stop |
//! | [`bytes`] | a table outside of the program's memory, read piece by piece |
//!
//! What a model means is `ml_run`'s business, how one is trained `ml_train`'s, how messages travel that of `work`;
//! nothing is decided here.

mod bytes;
mod judge;
mod service;
#[cfg(test)]
mod tests;
mod watch;

use work::worker::{LastWords, serve};

/// Said where the program breaks off. Where it did helps whoever mends it, and is in the console.
const LAST_WORDS: LastWords = LastWords {
    broke: "The program that runs models met something that it was not made for and was ended; it was not the model's \
            answer. Choose the other engine, or run the model with your own tools. The browser's console says where it \
            happened.",
    // build.rs says how much.
    memory: "The model and its data need more memory than they may have (1.5 GiB). Use a smaller model, or fewer rows.",
    nested: "The model is nested too deeply to be run.",
};

fn main() {
    serve(service::Models::default(), LAST_WORDS);
}
