//! How much memory the program may take: a model is a program from a stranger.

/// Bytes, 1.5 GiB; a multiple of wasm's pages of 64 KiB.
const MEMORY: u64 = 1_610_612_736;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|architecture| architecture == "wasm32") {
        println!("cargo:rustc-link-arg-bins=--max-memory={MEMORY}");
    }
}
