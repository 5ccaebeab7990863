//! `cargo xtask test`: all checks, in the order in which they fail fastest.

use anyhow::{Result, bail};

use crate::{
    disk, page,
    run::{command, root, step, succeed},
    tools,
};

type Part = (&'static str, &'static str, fn(bool) -> Result<()>);

const PARTS: [Part; 6] = [
    ("format", "formatting", |_| format()),
    ("clippy", "clippy, warnings denied", |_| clippy()),
    ("native", "unit, property, contract and server tests", native),
    ("wasm", "wasm tests in Chromium", |_| wasm()),
    ("page", "the page", |_| {
        tools::for_page()?;
        page::build()
    }),
    ("e2e", "journeys in Chromium", |_| e2e()),
];

/// Runs the chosen parts, all unless chosen.
///
/// # Errors
/// At the first part that fails.
pub fn run(long: bool, chosen: &[String]) -> Result<()> {
    for name in chosen {
        if !PARTS.iter().any(|(known, ..)| known == name) {
            let known: Vec<_> = PARTS.iter().map(|(name, ..)| *name).collect();
            bail!("there is no part {name}; there are {}", known.join(", "));
        }
    }
    if chosen.is_empty() {
        disk::for_target()?;
    }
    for (name, what, part) in PARTS {
        if chosen.is_empty() || chosen.iter().any(|c| c == name) {
            step(what, || part(long))?;
        }
    }
    Ok(())
}

/// Crates that compile for browsers only.
const PAGE: [&str; 13] = [
    "app",
    "app-core",
    "app-ui",
    "feature-bounty",
    "feature-home",
    "feature-settings",
    "feature-shared-model",
    "feature-simulate",
    "feature-trained",
    "feature-work",
    "models-worker",
    "prepare-worker",
    "simulate-worker",
];
/// Of the channel between page and workers: a browser has both.
const BOTH_SIDES: &str = "--features=work/page,work/worker";

fn format() -> Result<()> {
    succeed(command("cargo").args(["fmt", "--all", "--check"]))
}

fn clippy() -> Result<()> {
    tools::for_page()?;
    let deny = ["--", "-D", "warnings"];
    succeed(command("cargo").args(["clippy", "--quiet", "--all-targets"]).args(deny))?;
    let mut page = command("cargo");
    page.args(["clippy", "--quiet", "--target", "wasm32-unknown-unknown"]);
    page.args(PAGE.iter().flat_map(|name| ["-p", name])).args(["-p", "work", BOTH_SIDES]);
    succeed(page.args(["--target-dir", "target/wasm"]).args(deny))
}

fn native(long: bool) -> Result<()> {
    tools::npm()?;
    tools::postgres()?;
    tools::vulkan()?;
    let python = tools::python()?;
    let mut tests = command("cargo");
    tests.args(["test", "--workspace", "--exclude", "e2e"]).args(PAGE.iter().flat_map(|name| ["--exclude", name]));
    tests.env("MODELMARKET_PYTHON", python);
    match tools::kubo()? {
        Some(binary) => tests.env("MODELMARKET_KUBO", binary),
        None => tests.env("MODELMARKET_KUBO", "none"),
    };
    if long {
        tests.env("MODELMARKET_CALLS", "10000000").env("MODELMARKET_CHANGES", "100");
    }
    succeed(&mut tests)
}

fn wasm() -> Result<()> {
    tools::for_page()?;
    tools::chromium()?;
    let mut tests = command("cargo");
    tests.args([
        "test",
        "-p",
        "protocol",
        "-p",
        "dataset",
        "-p",
        "simulation",
        "-p",
        "work",
        "-p",
        "prepare-worker",
        "-p",
        "simulate-worker",
        "-p",
        "ml-gpu",
        "-p",
        "ml-train",
        "-p",
        "models-worker",
        "-p",
        "app-core",
        "-p",
        "app-ui",
        "-p",
        "feature-trained",
        "--tests",
        BOTH_SIDES,
    ]);
    tests.args(["--target", "wasm32-unknown-unknown", "--target-dir", "target/wasm"]);
    succeed(tests.env("CHROMEDRIVER", "/usr/bin/chromedriver"))
}

fn e2e() -> Result<()> {
    tools::chromium()?;
    if !root().join("dist/index.html").exists() {
        tools::for_page()?;
        page::build()?;
    }
    succeed(command("cargo").args(["build", "--quiet", "-p", "server"]))?;
    let python = tools::python()?;
    // One browser at a time: two cores carry chain, server, driver and browser already.
    let mut tests = command("cargo");
    tests.args(["test", "-p", "e2e", "--", "--test-threads", "1"]);
    succeed(tests.env("MODELMARKET_PYTHON", python))
}
