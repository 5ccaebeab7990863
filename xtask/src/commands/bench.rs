//! `cargo xtask bench NAME`: figures with their peers, written to target/bench/NAME.json.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::{
    machine,
    page::{self, For},
    run::{command, root, step, succeed},
    tools,
    workspace::{WASM, Workspace, wasm_folder},
};

mod compute;
mod private;
mod time;

/// What can be measured.
#[derive(Clone, Copy, ValueEnum)]
pub enum Name {
    /// Gas of every action, of revealing and scoring 10,000 labels, and of shared models against the original system.
    Gas,
    /// Preparing data sets in Chromium against PapaParse and WebCrypto.
    Prepare,
    /// Bytes of the first route.
    Size,
    /// Indexing 20,000 events against fetching the same logs.
    Indexer,
    /// A model's accuracy history recomputed in the page, against asking the chain by `eth_call`.
    Replay,
    /// Simulated contributions a second, against the EVM doing the same contributions.
    Simulate,
    /// Running models in Chromium against onnxruntime-web, and training against scikit-learn.
    Inference,
    /// Learning together against MPyC, OpenMined's intersections and a plain WebSocket relay.
    Private,
    /// Compute jobs: counting, audits, other engines; how long a quote and a kill take to the first line of a log.
    Compute,
    /// How long pages take over a slow line, what an idle tab asks for, how many tabs work at once, what axe finds.
    Page,
    /// What a first start, a second one, the whole of CI and an edit of the page take from a fresh clone.
    Time,
}

/// Measures and prints where the figures are.
///
/// # Errors
/// When something cannot be built or measured.
pub fn run(name: Name, parts: &[String]) -> Result<()> {
    if !parts.is_empty() && !matches!(name, Name::Time) {
        bail!("only `time` has parts");
    }
    match name {
        Name::Time => time::measure(parts),
        Name::Page => write("page", of_pages()?),
        Name::Compute => write("compute", compute::measure()?),
        Name::Private => write("private", private::measure()?),
        Name::Gas => gas(),
        Name::Size => size(),
        Name::Prepare => {
            tools::chromium()?;
            page::build(&Workspace::read()?, For::Shipping)?;
            release("prepare", &["run", "--release", "-p", "e2e", "--bin", "bench_prepare"])
        }
        Name::Indexer => {
            tools::npm()?;
            release("indexer", &["run", "--release", "-p", "server", "--example", "bench_indexer"])
        }
        Name::Replay => {
            tools::npm()?;
            tools::chromium()?;
            page::build(&Workspace::read()?, For::Shipping)?;
            step("building the server", || page::native(&Workspace::read()?, &["server"]))?;
            // What is measured runs in the browser and in Anvil; the driver need not be fast.
            release("replay", &["run", "-p", "e2e", "--bin", "bench_replay"])
        }
        Name::Inference => inference(),
        Name::Simulate => release("simulate", &["run", "--release", "-p", "contracts", "--example", "bench_simulate"]),
    }
}

/// A benchmark that writes its own file; the machine is described to it.
fn release(name: &str, arguments: &[&str]) -> Result<()> {
    step(&format!("measuring: {name}"), || {
        fs::create_dir_all(root().join("target/bench"))?;
        let mut bench = command("cargo");
        bench.args(arguments).env("MODELMARKET_MACHINE", machine::describe().to_string());
        succeed(&mut bench)
    })?;
    println!("    target/bench/{name}.json");
    Ok(())
}

fn inference() -> Result<()> {
    tools::npm()?;
    tools::chromium()?;
    let python = tools::python()?;
    let peer = tools::onnxruntime_web()?;
    let models = root().join("target/bench/inference-models");
    step("making a tree ensemble", || {
        let mut make = command(&python.display().to_string());
        succeed(make.arg("ml/conformance/peer/bench_models.py").arg(&models))
    })?;
    page::build(&Workspace::read()?, For::Shipping)?;
    step("measuring: inference", || {
        fs::create_dir_all(root().join("target/bench"))?;
        let mut bench = command("cargo");
        bench.args(["run", "-p", "e2e", "--bin", "bench_inference"]);
        bench.env("MODELMARKET_ORT", &peer).env("MODELMARKET_MACHINE", machine::describe().to_string());
        succeed(&mut bench)
    })?;
    println!("    target/bench/inference.json");
    let measured = step("measuring: training, against scikit-learn", || {
        let mut bench = command("cargo");
        bench.args(["run", "--quiet", "--release", "-p", "ml-train", "--example", "bench_mlp"]);
        let output = bench.env("MODELMARKET_PYTHON", &python).stderr(Stdio::inherit()).output()?;
        serde_json::from_slice::<Value>(&output.stdout).context("the example printed no JSON")
    })?;
    write("training", measured)
}

fn gas() -> Result<()> {
    let measured = step("measuring gas", || {
        let mut gas = command("cargo");
        gas.args(["run", "--quiet", "--release", "-p", "contracts", "--example", "gas"]).stderr(Stdio::inherit());
        let output = gas.output()?;
        serde_json::from_slice::<Value>(&output.stdout).context("the gas example printed no JSON")
    })?;
    let mut measured = measured;
    let findings = measured.as_object_mut().and_then(|table| table.remove("findings"));
    write("money", json!({ "findings": findings.context("the gas example printed no findings")? }))?;
    write("gas", measured.clone())?;
    print_sum(&measured["sum"])
}

/// Shared models against the original system, as a table.
fn print_sum(lines: &Value) -> Result<()> {
    println!(
        "    Shared models through the factory and DepositModel; \"deploy\" is all transactions together. The other"
    );
    println!("    actions are by people who have a balance and points in the model, means of several random samples");
    println!("    (sparse: 20 features). Original: as shipped, solc 0.6.2, no optimiser.");
    println!("    {:34} {:22} {:>9} {:>10} {:>6}", "model", "action", "gas", "original", "ratio");
    for line in lines.as_array().context("the gas example printed no shared models")? {
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        println!(
            "    {:34} {:22} {:>9} {:>10} {:>6}",
            text("model"),
            text("action"),
            line["gas"].to_string(),
            line["original"].to_string(),
            line["ratio"].to_string()
        );
    }
    Ok(())
}

fn of_pages() -> Result<Value> {
    tools::npm()?;
    tools::chromium()?;
    page::build(&Workspace::read()?, For::Shipping)?;
    step("building the programs", || page::native(&Workspace::read()?, &["server", "bench_page"]))?;
    let mut measured = step("measuring: pages", || printed(&mut command("target/debug/bench_page")))?;
    measured["first_route_gz_bytes"] = first_route()?["first_route_gz_bytes"].clone();
    Ok(measured)
}

/// Everything that the browser fetches before the first page is shown: index.html, what it names (the first part of the
/// program among it) and the icons. The program's later part is fetched when the page is already there.
fn size() -> Result<()> {
    page::build(&Workspace::read()?, For::Shipping)?;
    write("size", first_route()?)
}

/// The same of the page as it was built last.
fn first_route() -> Result<Value> {
    let dist = root().join("dist");
    let html = fs::read_to_string(dist.join("index.html"))?;
    let mut files = vec!["index.html".to_owned()];
    for entry in fs::read_dir(&dist)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if html.contains(&format!("\"/{name}\"")) {
            files.push(name);
        }
    }
    let mut total = 0;
    let mut each = serde_json::Map::new();
    for name in files {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&fs::read(dist.join(&name))?)?;
        let bytes = gzip.finish()?.len();
        total += bytes;
        each.insert(name, json!(bytes));
    }
    Ok(json!({"first_route_gz_bytes": total, "files_gz_bytes": each}))
}

/// The last line that a program prints, as JSON.
fn printed(program: &mut Command) -> Result<Value> {
    let output = program.stderr(Stdio::inherit()).output().with_context(|| format!("starting {program:?}"))?;
    ensure!(output.status.success(), "{program:?} failed");
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.trim().lines().last().unwrap_or_default();
    // Some print one line, some a whole document.
    serde_json::from_str(last).or_else(|_| serde_json::from_str(&text)).context("it printed no JSON")
}

/// Builds the example `tab` of a package for the browser, as `tab.js` and its program in a folder.
fn for_pages(package: &str, features: &[&str], folder: &Path) -> Result<()> {
    let mut build = command("cargo");
    build.args(["build", "--quiet", "--locked", "--profile", "worker", "-p", package]).args(features);
    build.args(["--example", "tab", "--target", WASM, "--target-dir", "target/wasm"]);
    succeed(&mut build)?;
    page::native(&Workspace::read()?, &["wasm-bindgen"])?;
    let mut bind = command("target/debug/wasm-bindgen");
    bind.args(["--target", "web", "--no-typescript", "--out-name", "tab", "--out-dir"]).arg(folder);
    succeed(bind.arg(wasm_folder("worker").join("examples/tab.wasm")))
}

fn write(name: &str, mut figures: Value) -> Result<()> {
    figures["machine"] = machine::describe();
    let path = root().join("target/bench").join(format!("{name}.json"));
    fs::create_dir_all(root().join("target/bench"))?;
    fs::write(&path, serde_json::to_string_pretty(&figures)?)?;
    println!("{}", serde_json::to_string_pretty(&figures)?);
    println!("    target/bench/{name}.json");
    Ok(())
}
