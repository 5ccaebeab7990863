//! wasm-opt, from the npm package `binaryen`.

use std::path::Path;

use anyhow::Result;

use crate::run::{command, succeed};

/// What the compiler uses beyond the first version of WebAssembly.
pub const FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What a program should be first.
#[derive(Clone, Copy)]
pub enum For {
    Size,
    Speed,
}

/// Writes the program again, smaller or faster; names of functions are dropped. `to` may be `from`.
///
/// # Errors
/// When wasm-opt fails.
pub fn optimise(what: For, from: &Path, to: &Path) -> Result<()> {
    let level = match what {
        For::Size => "-Oz",
        For::Speed => "-O3",
    };
    succeed(command("wasm-opt").arg(level).args(FEATURES).arg(from).arg("-o").arg(to))
}
