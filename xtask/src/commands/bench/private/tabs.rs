//! What is measured in browsers: the bench page, and what came of it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{super::for_pages, FEATURES, against};
use crate::{
    page,
    run::{root, step},
    workspace::Workspace,
};

/// The bench page with the worker as it is shipped, ends of links, and psi.js, in one folder.
pub fn site(psi_js: &Path) -> Result<PathBuf> {
    let site = root().join("target/bench/private-site");
    // Programs of earlier versions have other names.
    let _ = fs::remove_dir_all(&site);
    fs::create_dir_all(&site)?;
    step("building ends of links for pages", || for_pages("link", &["--features", "web"], &site))?;
    for entry in fs::read_dir(root().join("dist")).context("the page is built")? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("party-worker") {
            fs::copy(entry.path(), site.join(entry.file_name()))?;
        }
    }
    for page in ["index.html", "bench.js", "psi.js"] {
        fs::copy(root().join("app/workers/party/bench").join(page), site.join(page))?;
    }
    fs::copy(psi_js.join("psi_wasm_worker.js"), site.join("psi_library.js"))?;
    Ok(site)
}

/// What was measured, against the peers of the same run.
pub fn runs(found: &Value, psi_js: &Path) -> Result<Vec<Value>> {
    let mut runs = Vec::new();
    for measured in found["linear"].as_array().context("regressions were measured")? {
        let mut run = measured.clone();
        run["what"] = json!(
            "linear_tabs: exact, by two tabs and a native helper over a relay with encryption, to the signed result"
        );
        (run["d"], run["unit"]) = (json!(FEATURES), json!("s"));
        if let Some(peer) = measured["peer"].as_f64() {
            run["ratio"] = json!(seconds(measured)? / peer);
        }
        runs.push(run);
    }
    let measured = &found["psi"];
    let package: Value = serde_json::from_slice(&fs::read(psi_js.join("package.json"))?)?;
    let version = package["version"].as_str().unwrap_or_default();
    let peer = json!({"seconds": measured["peer"], "version": format!("@openmined/psi.js {version}, both roles in one worker")});
    let mut run = measured.clone();
    run["what"] = json!("psi_tabs: two tabs over a relay with encryption, to the signed result");
    run["unit"] = json!("s");
    against(&mut run, seconds(measured)?, &peer);
    runs.push(run);
    let mut run = found["link"].clone();
    run["what"] =
        json!("link: two pages through our relay with encryption, against a plain relay between the same pages");
    run["unit"] = json!("MB/s");
    runs.push(run);
    Ok(runs)
}

fn seconds(measured: &Value) -> Result<f64> {
    measured["ours"].as_f64().context("seconds were measured")
}

/// The first journey, from the moment that its task is started to the signed result.
pub fn journey() -> Result<Value> {
    let workspace = Workspace::read()?;
    let seconds = step("measuring: the journey of learning together", || {
        page::native(&workspace, &["server", "agent"])?;
        let mut journey = workspace.cargo("test");
        journey.arg("--quiet").args(workspace.native()).args(["--test", "journeys", "--", "--nocapture"]);
        let output = journey.arg("two_owners_and_a_requester").stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "the journey failed");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let told = text.lines().find_map(|line| {
            line.trim().strip_prefix("from start to finished: ")?.strip_suffix(" s")?.parse::<f64>().ok()
        });
        told.context("the journey tells how long it took")
    })?;
    Ok(
        json!({"what": "journey: three tabs and a helper, from start to finished on a chain of one second a block", "ours": seconds, "unit": "s"}),
    )
}
