//! `cargo xtask bench prepare`: the preparing worker against PapaParse + WebCrypto, in the same browser and run.
//!
//! Builds the worker, serves it with the bench page (`app/workers/prepare/bench`) on a free port, drives headless
//! Chromium and writes `target/bench/prepare.json`. `--quick` runs three times on small files, to try the bench itself.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use e2e::{Site, bench};
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use tokio::io::{AsyncBufReadExt as _, BufReader};

/// Columns, and the share of test rows in per cent: the default, or the most whose test rows fit one transaction.
const FILES: [(u32, u32); 2] = [(785, 20), (20, 9)];
const GIGABYTE_SHARE: u32 = 2;
const MEGABYTES: u32 = 256;
const RUNS: u32 = 5;
/// What the ratio and the memory must keep.
const LEAST_RATIO: f64 = 5.0;
const MOST_WASM_MB: f64 = 256.0;

#[tokio::main]
async fn main() -> Result<()> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the e2e folder has a parent")?.to_owned();
    let site = build_site(&root)?;
    let site = Site::serve(site).await?;

    let mut chromedriver = tokio::process::Command::new("chromedriver")
        .args(["--port=0"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("chromedriver does not start; install it with apt-get install chromium chromium-driver")?;
    let stdout = chromedriver.stdout.take().context("chromedriver has no output")?;
    let port = driver_port(stdout).await?;
    let profile = tempfile::tempdir()?;
    let driver = browser(port, profile.path()).await?;
    let measured = measure(&driver, &site.url, quick).await;
    let version = chromium_version();
    driver.quit().await?;
    chromedriver.kill().await?;

    let (runs, one_gb) = measured?;
    let result = json!({
        "machine": machine(&version),
        "peer": { "name": "PapaParse + WebCrypto", "version": papaparse_version(&root)? },
        "runs": runs,
        "one_gb": one_gb,
    });
    let folder = root.join("target/bench");
    std::fs::create_dir_all(&folder)?;
    let name = if quick { "prepare-quick.json" } else { "prepare.json" };
    std::fs::write(folder.join(name), serde_json::to_string_pretty(&result)? + "\n")?;
    println!("{}", serde_json::to_string_pretty(&result)?);
    let missed = runs.iter().any(|run| {
        run["ratio"].as_f64().unwrap_or(0.0) < LEAST_RATIO
            || run["peak_wasm_mb"].as_f64().unwrap_or(f64::MAX) >= MOST_WASM_MB
    });
    if missed && !quick {
        bail!("a bar is missed: ratio at least {LEAST_RATIO}, peak below {MOST_WASM_MB} MB");
    }
    Ok(())
}

async fn measure(driver: &WebDriver, url: &str, quick: bool) -> Result<(Vec<Value>, Value)> {
    driver.set_script_timeout(Duration::from_secs(3600)).await?;
    let (megabytes, count) = if quick { (64, 3) } else { (MEGABYTES, RUNS) };
    let mut runs = Vec::new();
    for (columns, share) in FILES {
        driver.goto(url).await?;
        eprintln!("{megabytes} MB of {columns} columns, {count} runs of both …");
        let opened = bench(driver, "open", json!({ "columns": columns, "megabytes": megabytes })).await?;
        let (mut ours, mut peer) = (Vec::new(), Vec::new());
        for _ in 0..count {
            ours.push(settled(driver, "ours", share).await?);
            peer.push(settled(driver, "peer", share).await?);
        }
        for (ours, peer) in ours.iter().zip(&peer) {
            ensure!(
                ours["train_rows"] == peer["train_rows"] && ours["written"] == peer["written"],
                "the two did not do the same work: {ours} {peer}"
            );
        }
        let megabytes = opened["bytes"].as_f64().unwrap_or_default() / 1e6;
        let (own_seconds, peer_seconds) = (median(&ours, "seconds")?, median(&peer, "seconds")?);
        runs.push(json!({
            "columns": columns,
            "ratio": rounded(peer_seconds / own_seconds),
            "mb": rounded(megabytes),
            "mb_per_s": rounded(megabytes / own_seconds),
            "peer_mb_per_s": rounded(megabytes / peer_seconds),
            "peak_wasm_mb": rounded(largest(&ours, "wasm_bytes") / 1e6),
            "seconds": seconds(&ours),
            "survey_seconds": rounded(median(&ours, "survey_seconds")?),
            "peer_seconds": seconds(&peer),
        }));
        eprintln!("{}", runs[runs.len() - 1]);
    }
    let megabytes = if quick { 40 } else { 1024 };
    eprintln!("{megabytes} MB of 20 columns, the worker alone …");
    driver.goto(url).await?;
    let opened = bench(driver, "open", json!({ "columns": 20, "megabytes": megabytes })).await?;
    let run = settled(driver, "ours", GIGABYTE_SHARE).await?;
    let one_gb = json!({
        "passed": run["train_rows"].as_u64().is_some_and(|rows| rows > 0),
        "mb": rounded(opened["bytes"].as_f64().unwrap_or_default() / 1e6),
        "seconds": rounded(run["seconds"].as_f64().unwrap_or_default()),
        "peak_wasm_mb": rounded(run["wasm_bytes"].as_f64().unwrap_or_default() / 1e6),
    });
    Ok((runs, one_gb))
}

/// One run, with nothing left to be written to disk from the one before.
async fn settled(driver: &WebDriver, who: &str, share: u32) -> Result<Value> {
    run(&mut Command::new("sync"))?;
    bench(driver, who, json!({ "share": share })).await
}

/// Worker, bench page and peer in one folder.
fn build_site(root: &Path) -> Result<PathBuf> {
    let site = root.join("target/bench/prepare-site");
    std::fs::create_dir_all(&site)?;
    // The worker as it is shipped: `cargo xtask bench prepare` has built the page.
    let dist = root.join("dist");
    for entry in std::fs::read_dir(&dist).context("there is no dist/; run `cargo xtask page`")? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("prepare-worker") {
            std::fs::copy(entry.path(), site.join(entry.file_name()))?;
        }
    }
    for page in ["index.html", "bench.js", "generate.js", "peer.js"] {
        std::fs::copy(root.join("app/workers/prepare/bench").join(page), site.join(page))?;
    }
    std::fs::copy(root.join("node_modules/papaparse/papaparse.min.js"), site.join("papaparse.min.js"))
        .context("PapaParse is missing; run npm ci")?;
    Ok(site)
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?} does not start"))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}

async fn driver_port(stdout: tokio::process::ChildStdout) -> Result<u16> {
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some((_, port)) = line.rsplit_once("successfully on port ") {
            // Its output must be read to the end, or it blocks.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok(port.trim_end_matches('.').parse()?);
        }
    }
    bail!("chromedriver ended before it listened")
}

async fn browser(port: u16, profile: &Path) -> Result<WebDriver> {
    let mut capabilities = DesiredCapabilities::chrome();
    let profile = format!("--user-data-dir={}", profile.display());
    for argument in [
        "--headless",
        "--no-sandbox",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--js-flags=--expose-gc",
        &profile,
    ] {
        capabilities.add_arg(argument)?;
    }
    Ok(WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await?)
}

fn chromium_version() -> String {
    let output = Command::new("chromium").arg("--version").output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

fn machine(browser: &str) -> Value {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let value = |text: &str, key: &str| {
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    json!({
        "cpu": value(&read("/proc/cpuinfo"), "model name"),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "memory": value(&read("/proc/meminfo"), "MemTotal"),
        "browser": browser,
    })
}

fn papaparse_version(root: &Path) -> Result<String> {
    let package = std::fs::read_to_string(root.join("node_modules/papaparse/package.json"))?;
    let package: Value = serde_json::from_str(&package)?;
    Ok(package["version"].as_str().unwrap_or_default().to_owned())
}

fn values(runs: &[Value], key: &str) -> Vec<f64> {
    let mut values: Vec<f64> = runs.iter().filter_map(|run| run[key].as_f64()).collect();
    values.sort_by(f64::total_cmp);
    values
}

fn median(runs: &[Value], key: &str) -> Result<f64> {
    let values = values(runs, key);
    values.get(values.len() / 2).copied().context("no run")
}

fn largest(runs: &[Value], key: &str) -> f64 {
    values(runs, key).last().copied().unwrap_or_default()
}

fn seconds(runs: &[Value]) -> Vec<f64> {
    runs.iter().filter_map(|run| run["seconds"].as_f64()).map(rounded).collect()
}

fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
