//! Building the module of training recipes.

use std::fs;

use anyhow::{Context, Result};

use crate::{
    run::{command, root, step, succeed},
    tools,
    workspace::{WASM, wasm_folder},
};

const PACKAGE: &str = "recipe-module";
const PROFILE: &str = "recipe";
/// Bytes of memory that the module may have: 4,096 pages.
const MEMORY: u32 = 256 << 20;
/// Bytes of its stack. Calls stop by the count of their slots long before.
const STACK: u32 = 2 << 20;

/// Writes compute/recipe/artifacts.
///
/// # Errors
/// When Cargo fails.
pub fn build() -> Result<()> {
    tools::wasm_target()?;
    step("compiling the module of recipes", || {
        let mut cargo = command("cargo");
        cargo.args(["rustc", "--quiet", "--locked", "-p", PACKAGE, "--lib", "--crate-type", "cdylib"]);
        cargo.args(["--profile", PROFILE, "--target", WASM, "--target-dir", "target/wasm"]);
        succeed(cargo.env("RUSTFLAGS", flags()?))
    })?;
    let built = wasm_folder(PROFILE).join("recipe_module.wasm");
    let kept = root().join("compute/recipe/artifacts/recipe.wasm");
    let module = fs::read(&built).with_context(|| format!("{} cannot be read", built.display()))?;
    fs::write(&kept, module).with_context(|| format!("{} cannot be written", kept.display()))?;
    step("writing its identifiers", || {
        let test = ["test", "--quiet", "--locked", "-p", PACKAGE, "--test", "pinned"];
        succeed(command("cargo").args(test).env("MODELMARKET_BLESS", "1"))
    })
}

/// The same bytes come out wherever this folder, Cargo's and the compiler's are.
fn flags() -> Result<String> {
    let cargo = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")));
    let cargo = cargo.context("neither CARGO_HOME nor HOME is set")?;
    let here = root();
    Ok([
        "-Ctarget-feature=+simd128".to_owned(),
        format!("-Clink-arg=--max-memory={MEMORY}"),
        format!("-Clink-arg=-zstack-size={STACK}"),
        format!("--remap-path-prefix={}=", here.display()),
        format!("--remap-path-prefix={cargo}=cargo"),
    ]
    .join(" "))
}
