//! Checks, splits and hashes data sets beside the page.
//!
//! | module | what it does |
//! |---|---|
//! | [`link`] | messages from and to the page |
//! | [`jobs`] | what is asked for: peek, survey, split, hash |
//! | [`source`] | reads a file piece by piece, a few ahead |
//! | [`helper`] | a second thread, which reads and hashes large files |
//! | [`hash`] | CIDs, with the browser's own SHA-256 where it offers one |
//! | [`store`] | where results go: the origin's private file system, or blobs where there is none |
//!
//! What the rules are is `protocol::dataset`'s business; nothing is decided here.

mod hash;
mod helper;
mod jobs;
mod link;
mod source;
mod store;
#[cfg(test)]
mod tests;

fn main() {
    console_error_panic_hook::set_once();
    match link::scope().name() == helper::NAME {
        true => helper::serve(),
        false => link::listen(),
    }
}
