//! The page's program is linked with its relocations, by which it is cut in two (xtask/bundle/src/program.rs).

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|architecture| architecture == "wasm32") {
        println!("cargo:rustc-link-arg-bins=--emit-relocs");
    }
}
