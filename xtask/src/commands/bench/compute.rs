//! Compute jobs: what counting and audits cost, how engines compare, and how long people wait, one program after the other.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{for_pages, printed};
use crate::{
    page,
    run::{command, root, step, succeed},
    tools,
    workspace::Workspace,
};

pub fn measure() -> Result<Value> {
    tools::npm()?;
    tools::chromium()?;
    tools::wasm_target()?;
    let workspace = Workspace::read()?;
    let native = root().join("target/release/examples/bench_compute");
    step("building the programs", || {
        // Of one selection, so that the engine is compiled once for both.
        let both = ["-p", "agent", "-p", "recipe-module", "--bin", "agent", "--example", "bench_compute"];
        succeed(workspace.cargo("build").args(["--quiet", "--release"]).args(both))?;
        page::native(&workspace, &["bench_compute"])
    })?;
    let site = site(&native)?;
    let mut runs =
        taken(&step("measuring: recipes in wasmtime", || printed(&mut command(&native.display().to_string())))?)?;
    runs.extend(taken(&step("measuring: recipes in Chromium", || {
        printed(command("target/debug/bench_compute").args([&site, &native]))
    })?)?);
    runs.extend(waits(&workspace)?);
    Ok(json!({ "runs": runs }))
}

fn taken(found: &Value) -> Result<Vec<Value>> {
    found["runs"].as_array().cloned().context("runs were measured")
}

/// The bench page with both forms of the module, in one folder.
fn site(native: &Path) -> Result<PathBuf> {
    let site = root().join("target/bench/compute-site");
    fs::create_dir_all(&site)?;
    step("building the browser's engine for pages", || for_pages("compute-engine", &[], &site))?;
    succeed(command(&native.display().to_string()).arg("site").arg(&site))?;
    for page in ["index.html", "bench.js", "worker.js"] {
        fs::copy(root().join("compute/engine/bench").join(page), site.join(page))?;
    }
    Ok(site)
}

/// Quotes and kills, on a chain of one second a block, with the native program as it is shipped.
fn waits(workspace: &Workspace) -> Result<Vec<Value>> {
    let text = step("measuring: quotes and kills to the first line", || {
        let mut test = workspace.cargo("test");
        test.arg("--quiet").args(workspace.native()).args(["--test", "measured", "--", "--nocapture"]);
        test.env("MODELMARKET_AGENT", root().join("target/release/agent"));
        let output = test.stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "the measurement failed");
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    })?;
    let told = text.lines().find_map(|line| line.trim().strip_prefix("measured: ")).context("nothing was measured")?;
    let told: Value = serde_json::from_str(told)?;
    let line = |name: &str, what: &str| -> Result<Value> {
        let all = told[name].as_array().context("each turn was measured")?;
        let mut sorted: Vec<f64> = all.iter().filter_map(Value::as_f64).collect();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.get(sorted.len() / 2).context("each turn was measured")?;
        Ok(json!({"what": format!("{name}: {what}"), "ours": middle, "unit": "ms", "all": all}))
    };
    Ok(vec![
        line(
            "resume_ms",
            "from the kill of a provider to the first line of another one that goes on from its checkpoint, which its client posts, has quoted and locks meanwhile",
        )?,
        line(
            "quote_to_first_log_ms",
            "from a quote that is accepted to the first line of the log, at a provider that has just started",
        )?,
    ])
}
