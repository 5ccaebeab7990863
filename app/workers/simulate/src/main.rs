//! Plays simulations beside the page.
//!
//! | module | what it does |
//! |---|---|
//! | [`link`] | messages from and to the page |
//! | [`play`] | a run in short turns, so that it can be watched and stopped |
//!
//! What happens in a run is `simulation`'s business; nothing is decided here.

mod link;
mod play;

fn main() {
    console_error_panic_hook::set_once();
    link::listen();
}
