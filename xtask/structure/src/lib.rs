//! What the tests of the structure read: the repository's Rust sources, their modules and what these import. Sources are
//! read as `cargo fmt` leaves them; whatever it does not format the same way is caught by `cargo xtask test format`.

mod circles;
mod imports;
mod sources;

pub use circles::circles;
pub use imports::imports;
pub use sources::{Source, crates, folders, root, sources};
