//! `cargo xtask start`.

use std::{os::unix::process::CommandExt, process::Command, time::Instant};

use anyhow::{Context, Result};

use crate::{
    page::{self, For},
    run::{command, root, step, together},
    table, tools,
    workspace::Workspace,
};

/// Installs, builds, and hands over to the program that keeps chain and server running (`devchain/src/bin/devnet.rs`),
/// which ends with Ctrl-C.
///
/// # Errors
/// When something cannot be installed, built or started.
pub fn run(port: u16, forget: bool, since: Instant) -> Result<()> {
    build(For::Trying)?;
    table::print(since.elapsed());
    // Takes this process's place, so that Ctrl-C reaches it alone and the terminal waits for its end.
    Err(devnet(port, For::Trying, forget).exec()).context("starting target/debug/devnet")
}

/// Builds all that runs: page, server, chain tools. What takes one core for long goes beside the rest.
///
/// # Errors
/// When something cannot be installed or built.
pub fn build(what: For) -> Result<()> {
    let workspace = Workspace::read()?;
    tools::wasm_target()?;
    let mut compiled = None;
    {
        let (workspace, compiled) = (&workspace, &mut compiled);
        together([
            Box::new(tools::npm),
            Box::new(move || {
                step("compiling server, chain tools and bundler", || {
                    page::native(workspace, &["bundle", "server", "devnet", "agent"])
                })
            }),
            Box::new(move || {
                *compiled = Some(page::compile(workspace, what)?);
                Ok(())
            }),
        ])?;
    }
    let compiled = compiled.context("the page was not compiled")?;
    step("bundling the page", || page::bundle(what, &compiled))
}

/// The program that keeps chain and server running.
pub fn devnet(port: u16, what: For, forget: bool) -> Command {
    let mut devnet = command("target/debug/devnet");
    devnet.args(["--port", &port.to_string(), "--server", "target/debug/server"]);
    devnet.args(["--agent", "target/debug/agent"]);
    devnet.arg("--dist").arg(what.folder()).arg("--keep").arg(root().join(".modelmarket"));
    if forget {
        devnet.arg("--fresh");
    }
    devnet
}
