//! `cargo xtask test`: all checks, in two lanes side by side, each in the order in which it fails fastest. Journeys and the
//! server's tests wait for blocks most of their time, so each goes beside something that computes.

use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use anyhow::{Result, bail};

use crate::{
    disk, page,
    run::{aside, command, root, step, succeed, together},
    table, tools,
    workspace::Workspace,
};

mod binaries;
mod features;

use binaries::How;

/// What a task may ask.
struct TaskContext {
    workspace: Workspace,
    long: bool,
}

/// Tasks of one lane run one after the other, those of the first two lanes beside each other. Both take about as long.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lane {
    /// What tests parts by themselves.
    Parts,
    /// The page as it is shipped, and the journeys through it.
    Page,
    Last,
}

struct Task {
    /// The name that it is chosen by.
    part: &'static str,
    what: &'static str,
    lane: Lane,
    run: fn(&TaskContext) -> Result<()>,
}

const TASKS: [Task; 9] = [
    Task { part: "format", what: "formatting", lane: Lane::Parts, run: |_| format() },
    Task { part: "workspace", what: "packages and their features", lane: Lane::Parts, run: workspace },
    Task { part: "clippy", what: "clippy, warnings denied", lane: Lane::Parts, run: clippy },
    Task { part: "native", what: "unit, property, contract and server tests", lane: Lane::Parts, run: native },
    Task { part: "wasm", what: "wasm tests in Chromium", lane: Lane::Parts, run: wasm },
    Task { part: "clippy", what: "clippy for browsers, warnings denied", lane: Lane::Page, run: clippy_browser },
    Task { part: "page", what: "the page", lane: Lane::Page, run: the_page },
    Task { part: "e2e", what: "journeys in Chromium", lane: Lane::Page, run: e2e },
    Task { part: "trunk", what: "the page's files by Trunk", lane: Lane::Last, run: trunk },
];

/// Runs the chosen parts, all unless chosen.
///
/// # Errors
/// When a part fails; parts that have not begun then are not run.
pub fn run(long: bool, chosen: &[String]) -> Result<()> {
    for name in chosen {
        if !TASKS.iter().any(|task| task.part == name) {
            let mut known: Vec<_> = TASKS.iter().map(|task| task.part).collect();
            known.dedup();
            bail!("there is no part {name}; there are {}", known.join(", "));
        }
    }
    if chosen.is_empty() {
        disk::for_target()?;
        install_ahead();
    }
    let mut workspace = Workspace::read()?;
    // Otherwise a person has compiled without it, and would wait for it.
    workspace.lints = chosen.is_empty();
    let context = TaskContext { workspace, long };
    let failed = AtomicBool::new(false);
    let of = |lane: Lane| {
        let tasks: Vec<&Task> = TASKS
            .iter()
            .filter(|t| t.lane == lane && (chosen.is_empty() || chosen.iter().any(|c| c == t.part)))
            // Tests and page are compiled with it.
            .filter(|t| !(context.workspace.lints && t.part == "clippy"))
            .collect();
        tasks
    };
    let run = |tasks: Vec<&Task>| {
        for Task { what, run, .. } in tasks {
            if failed.load(Ordering::Relaxed) {
                break;
            }
            step(what, || run(&context)).inspect_err(|_| failed.store(true, Ordering::Relaxed))?;
        }
        Ok(())
    };
    let (parts, page) = (of(Lane::Parts), of(Lane::Page));
    if parts.is_empty() || page.is_empty() {
        run(parts)?;
        run(page)?;
    } else {
        together([Box::new(|| aside(|| run(parts))), Box::new(|| aside(|| run(page)))])?;
    }
    run(of(Lane::Last))
}

/// Installs what later parts need while earlier ones compile. Who needs a tool asks for it again, waits for it, and is
/// told what went wrong.
fn install_ahead() {
    thread::spawn(|| aside(tools::npm));
    thread::spawn(|| {
        aside(|| {
            tools::chromium()?;
            tools::postgres()?;
            tools::vulkan()?;
            tools::python()?;
            if wants_kubo() { tools::kubo().map(|_| ()) } else { Ok(()) }
        })
    });
}

fn format() -> Result<()> {
    succeed(command("cargo").args(["fmt", "--all", "--check"]))
}

fn workspace(context: &TaskContext) -> Result<()> {
    context.workspace.check_manifests()?;
    features::check(&context.workspace)
}

const DENY: [&str; 3] = ["--", "-D", "warnings"];

fn clippy(context: &TaskContext) -> Result<()> {
    let native = context.workspace.native();
    succeed(context.workspace.cargo("clippy").args(["--quiet", "--all-targets"]).args(native).args(DENY))
}

fn clippy_browser(context: &TaskContext) -> Result<()> {
    tools::wasm_target()?;
    let browser = context.workspace.browser()?;
    succeed(command("cargo").args(["clippy", "--quiet", "--locked"]).args(browser).args(DENY))
}

fn the_page(context: &TaskContext) -> Result<()> {
    page::build(&context.workspace, page::For::Shipping)
}

fn wants_kubo() -> bool {
    std::env::var_os("MODELMARKET_KUBO").is_none_or(|said| said != "none")
}

fn native(context: &TaskContext) -> Result<()> {
    tools::npm()?;
    let built = step("compiling, with clippy, warnings denied", || {
        // Not --all-targets: it would build each program and each example a second time, to run its no tests.
        succeed(context.workspace.cargo("build").args(["--quiet", "--bins"]).args(context.workspace.native()))?;
        binaries::build(context.workspace.cargo("test").args(context.workspace.native()))
    })?;

    tools::postgres()?;
    tools::vulkan()?;
    let mut environment = vec![("MODELMARKET_PYTHON", tools::python()?)];
    if wants_kubo() {
        environment.push(("MODELMARKET_KUBO", tools::kubo()?));
    } else {
        table::note("SKIPPED: tests against a real Kubo (MODELMARKET_KUBO=none)");
    }
    if context.long {
        let more = [("MODELMARKET_CALLS", "10000000"), ("MODELMARKET_CHANGES", "100"), ("MODELMARKET_RUNS", "1000")];
        environment.extend(more.map(|(name, value)| (name, value.into())));
    }
    step("running", || binaries::run(built, &How { environment, runner: None }))?;
    step("planted faults", || planted_faults(&context.workspace))
}

/// Tests of secrecy are tested: each finds the faults that builds with this feature can be told to have.
fn planted_faults(workspace: &Workspace) -> Result<()> {
    succeed(workspace.cargo("test").args(["--quiet", "-p", "mpc", "-p", "mpc-learn", "--tests"]).args([
        "--features",
        "mpc-learn/faults",
        "planted",
    ]))
}

fn wasm(context: &TaskContext) -> Result<()> {
    tools::wasm_target()?;
    tools::chromium()?;
    page::native(&context.workspace, &["wasm-bindgen-test-runner"])?;
    let built = step("compiling", || {
        binaries::build(context.workspace.cargo("test").arg("--tests").args(context.workspace.browser_tested()?))
    })?;
    let runner = Some(root().join("target/debug/wasm-bindgen-test-runner"));
    step("running", || {
        binaries::run(built, &How { environment: vec![("CHROMEDRIVER", "/usr/bin/chromedriver".into())], runner })
    })
}

fn e2e(context: &TaskContext) -> Result<()> {
    tools::chromium()?;
    the_page(context)?;
    page::native(&context.workspace, &["server", "agent"])?;
    let python = tools::python()?;
    // Four at a time: a journey waits for blocks most of its time.
    let mut tests = context.workspace.cargo("test");
    tests.args(context.workspace.native());
    tests.args(["--test", "journeys", "--", "--test-threads", "4"]);
    succeed(tests.env("MODELMARKET_PYTHON", python))
}

/// Trunk makes of public/index.html what `xtask/bundle` makes of it.
fn trunk(context: &TaskContext) -> Result<()> {
    if context.long {
        tools::trunk()?;
    } else if !tools::has_trunk() {
        table::note("SKIPPED: Trunk is not installed (--long installs it)");
        return Ok(());
    }
    the_page(context)?;
    page::native(&context.workspace, &["wasm-bindgen"])?;
    let out = root().join("target/trunk");
    let mut trunk = command("trunk");
    trunk.args(["build", "--config", "Trunk.toml", "--dist"]).arg(&out);
    // Trunk takes the wasm-bindgen that it finds there if its version is the wanted one.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(root().join("target/debug")).chain(std::env::split_paths(&path));
    trunk.env("PATH", std::env::join_paths(paths)?);
    succeed(trunk.env("CARGO_TARGET_DIR", root().join("target/wasm")).env_remove("NO_COLOR"))?;

    let theirs = plain_names(&out)?;
    let program = |name: &str| ["app", "__wasm_split", "split_", "chunk_"].iter().any(|begin| name.starts_with(begin));
    let packed = |name: &str| [".br", ".gz"].iter().any(|end| name.ends_with(end));
    let ours = plain_names(&root().join("dist"))?;
    for name in ours.iter().filter(|name| *name != "start.js" && !program(name) && !packed(name)) {
        if !theirs.contains(name) {
            bail!("{name} is in dist/, but not among what Trunk made: {}", theirs.join(", "));
        }
    }
    Ok(())
}

/// Names of a folder's files without the hashes in them, sorted.
fn plain_names(folder: &std::path::Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let (stem, rest) = name.split_at(name.find(['_', '.']).unwrap_or(name.len()));
        let stem = stem.rsplit_once('-').filter(|(_, hash)| hash.len() == 16).map_or(stem, |(stem, _)| stem);
        names.push(format!("{stem}{rest}"));
    }
    names.sort();
    Ok(names)
}
