//! `cargo xtask start`.

use std::os::unix::process::CommandExt;

use anyhow::{Context, Result};

use crate::{
    fresh, page,
    run::{command, root, step, succeed},
    tools,
};

/// Installs, builds, and hands over to the house keeper (`devchain/src/bin/house.rs`), which runs until Ctrl-C.
///
/// # Errors
/// When something cannot be installed, built or started.
pub fn run(port: u16, forget: bool) -> Result<()> {
    step("looking for tools", tools::for_page)?;
    if !fresh::page_is_fresh() {
        page::build()?;
    }
    step("building server and chain tools", || {
        succeed(command("cargo").args(["build", "--release", "--quiet", "-p", "server", "-p", "devchain"]))
    })?;
    let mut house = command("target/release/house");
    house.args(["--port", &port.to_string(), "--server", "target/release/server", "--dist", "dist"]);
    house.arg("--keep").arg(root().join(".modelmarket"));
    if forget {
        house.arg("--fresh");
    }
    // Takes this process's place, so that Ctrl-C reaches it alone and the terminal waits for its end.
    Err(house.exec()).context("starting target/release/house")
}
