//! Runs and trains models beside the page.
//!
//! | module | what it does |
//! |---|---|
//! | [`link`] | messages from and to the page |
//! | [`desk`] | what is asked for: open, predict, train, measure |
//! | [`breath`] | pauses in which messages are delivered, so that work can be watched and stopped |
//! | [`broken`] | last words, when the program breaks off or memory is used up |
//!
//! What a model means is `ml_run`'s business, how one is trained `ml_train`'s; nothing is decided here.

mod breath;
mod broken;
mod desk;
mod link;
#[cfg(test)]
mod tests;

fn main() {
    broken::listen();
    link::listen();
}
