//! Whether the built page is newer than everything it is built from.

use std::{fs, path::Path, time::SystemTime};

use crate::run::root;

/// What the page is made of.
const SOURCES: [&str; 16] = [
    "app",
    "contracts/src",
    "contracts/Cargo.toml",
    "dataset/src",
    "dataset/Cargo.toml",
    "families",
    "ml",
    "protocol/src",
    "protocol/Cargo.toml",
    "simulation",
    "style",
    "public",
    "xtask/src",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
];

/// Whether `dist/` need not be built again.
pub fn page_is_fresh() -> bool {
    let built = fs::metadata(root().join("dist/index.html")).and_then(|m| m.modified());
    built.is_ok_and(|built| SOURCES.iter().all(|source| newest(&root().join(source)) < built))
}

/// When anything in a folder, or a file, was changed last.
fn newest(path: &Path) -> SystemTime {
    let own = fs::metadata(path).and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let inside = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| newest(&entry.path()));
    inside.fold(own, SystemTime::max)
}
