//! Checks, splits and hashes data sets beside the page.
//!
//! | module | what it does |
//! |---|---|
//! | [`service`] | which requests are answered |
//! | [`survey`], [`split`] | the two passes over a data set |
//! | [`model`] | a model in several files, as one |
//! | [`source`] | reads a file piece by piece, a few ahead |
//! | [`helper`] | a second thread, which reads and hashes large files |
//! | [`browser`] | what the browser promises: bytes on their way, and its SHA-256 |
//! | [`hash`] | CIDs, with the browser's own SHA-256 where it offers one |
//! | [`store`] | where results go: the origin's private file system, or blobs where there is none |
//!
//! What the rules are is `dataset`'s business, how messages travel that of `work`; nothing is decided here.

mod browser;
mod hash;
mod helper;
mod model;
mod service;
mod source;
mod split;
mod store;
mod survey;
#[cfg(test)]
mod tests;

use wasm_bindgen::JsValue;
use work::{
    js,
    worker::{LastWords, scope, serve},
};

/// Said where the program breaks off.
const LAST_WORDS: LastWords = LastWords {
    broke: "The program that prepares files met something that it was not made for and was ended. Try again; if it \
            happens again, prepare a smaller file. The browser's console says where it happened.",
    memory: "Preparing this file needs more memory than the browser gives. Close other tabs, or take a smaller file.",
    nested: "This file is nested too deeply to be prepared. Take a plainer one.",
};

fn main() {
    match scope().name() == helper::NAME {
        true => serve(helper::Helping::default(), LAST_WORDS),
        false => serve(service::Preparing::default(), LAST_WORDS),
    }
}

/// What a JavaScript error says.
fn cause(error: &JsValue) -> String {
    js::cause(error).unwrap_or_else(|| "no reason given".into())
}
