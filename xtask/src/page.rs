//! Building the page: Cargo compiles, `xtask/bundle` makes the folder that the server serves.

use std::path::PathBuf;

use anyhow::Result;

use crate::{
    run::{command, root, step, succeed, together},
    tools,
    workspace::{Workspace, wasm_folder},
};

/// Which page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// The page that people get: small and fast, long to build. It goes to `dist/`.
    Shipping,
    /// The page of `cargo xtask start`: quick to build. It goes to `target/page/`.
    Trying,
    /// The same, and it loads itself again when it is built again: `cargo xtask dev`.
    Editing,
}

impl For {
    /// Where the page goes.
    pub fn folder(self) -> PathBuf {
        root().join(if self == Self::Shipping { "dist" } else { "target/page" })
    }
}

/// Installs what is missing and builds the page.
///
/// # Errors
/// When a tool fails.
pub fn build(workspace: &Workspace, what: For) -> Result<()> {
    tools::wasm_target()?;
    let compiled = step("compiling the page and the tool that bundles it", || {
        let compiled = compile(workspace, what)?;
        if what == For::Shipping {
            tools::npm()?;
        }
        native(workspace, &["bundle"])?;
        Ok(compiled)
    })?;
    step("bundling the page", || bundle(what, &compiled))
}

/// The programs of a compiled page.
pub struct Compiled {
    page: PathBuf,
    workers: Vec<PathBuf>,
}

/// Compiles the page's program and its workers.
///
/// # Errors
/// When Cargo fails.
pub fn compile(workspace: &Workspace, what: For) -> Result<Compiled> {
    let workers = workspace.workers();
    let (page, rest) = match what {
        For::Shipping => {
            let page = || cargo(workspace, ["-p", "app", "--bin", "app", "--profile", "page"], &[]);
            let only: Vec<String> = workers.iter().flat_map(|name| ["-p".to_owned(), (*name).to_owned()]).collect();
            let rest = move || cargo(workspace, ["--profile", "worker"], &only);
            together([
                Box::new(move || step("the page's program", page)),
                Box::new(move || step("its workers", rest)),
            ])?;
            ("page", "worker")
        }
        For::Trying | For::Editing => {
            let mut bins = workspace.browser()?;
            bins.extend(["app"].iter().chain(&workers).flat_map(|name| ["--bin".to_owned(), (*name).to_owned()]));
            step("the page's program and its workers", || succeed(workspace.cargo("build").arg("--quiet").args(bins)))?;
            ("debug", "debug")
        }
    };
    Ok(Compiled {
        page: wasm_folder(page).join("app.wasm"),
        workers: workers.iter().map(|name| wasm_folder(rest).join(format!("{name}.wasm"))).collect(),
    })
}

fn cargo<const N: usize>(workspace: &Workspace, what: [&str; N], more: &[String]) -> Result<()> {
    let mut cargo = workspace.cargo("build");
    cargo.args(what).args(more).arg("--quiet");
    succeed(cargo.args(["--target", crate::workspace::WASM, "--target-dir", "target/wasm"]))
}

/// Builds native programs, with the features that all native commands share.
///
/// # Errors
/// When Cargo fails.
pub fn native(workspace: &Workspace, programs: &[&str]) -> Result<()> {
    let bins = programs.iter().flat_map(|name| ["--bin", name]);
    succeed(workspace.cargo("build").arg("--quiet").args(workspace.native()).args(bins))
}

/// Makes the page's folder.
///
/// # Errors
/// When the bundler fails.
pub fn bundle(what: For, compiled: &Compiled) -> Result<()> {
    let mut bundle = command("target/debug/bundle");
    bundle.arg("--program").arg(&compiled.page);
    for worker in &compiled.workers {
        bundle.arg("--worker").arg(worker);
    }
    bundle.args(["--index", "public/index.html"]).arg("--out").arg(what.folder());
    let keep = if what == For::Shipping { "target/wasm/bundle/shipping" } else { "target/wasm/bundle/trying" };
    bundle.args(["--keep", keep]);
    match what {
        For::Shipping => bundle.args(["--wasm-opt", "node_modules/.bin/wasm-opt"]),
        For::Trying => &mut bundle,
        For::Editing => bundle.arg("--reload"),
    };
    succeed(&mut bundle)
}
