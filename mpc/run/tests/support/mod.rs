//! Seats of a task in one process, and what their tables should come to, worked out here.

#![allow(dead_code)]

pub mod between;
pub mod ols;
pub mod world;

use mpc_run::{Spec, Table};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use serde_json::json;

pub const NAMES: [&str; 10] = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"];

/// Random numbers from a seed that is printed; `MODELMARKET_SEED` repeats a run.
pub fn random() -> ChaCha20Rng {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64;
    let seed = std::env::var("MODELMARKET_SEED").map_or(now, |seed| seed.parse().unwrap());
    println!("MODELMARKET_SEED={seed}");
    ChaCha20Rng::seed_from_u64(seed)
}

/// Measurements and target of each patient.
pub fn patients() -> Vec<Vec<f64>> {
    let text = include_str!("../../../learn/tests/data/diabetes.csv");
    text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect()
}

fn shuffled(rows: std::ops::Range<usize>, random: &mut ChaCha20Rng) -> Vec<usize> {
    let mut keyed: Vec<(u64, usize)> = rows.map(|row| (random.next_u64(), row)).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, row)| row).collect()
}

/// One owner's CSV of some patients in a random order, each under an id that is spelled in one of several ways.
pub fn csv(
    rows: std::ops::Range<usize>,
    columns: std::ops::Range<usize>,
    label: bool,
    random: &mut ChaCha20Rng,
) -> String {
    let patients = patients();
    let mut text = format!("patient,{}{}\n", NAMES[columns.clone()].join(","), if label { ",target" } else { "" });
    for row in shuffled(rows, random) {
        let id = match random.next_u32() % 3 {
            0 => format!("P-{row}"),
            1 => format!(" p-{row} "),
            _ => format!("Ｐ-{row}"),
        };
        let cells: Vec<String> = patients[row][columns.clone()].iter().map(f64::to_string).collect();
        let label = if label { format!(",{}", patients[row][10]) } else { String::new() };
        text += &format!("{id},{}{label}\n", cells.join(","));
    }
    text
}

/// The first 400 patients at the first owner, the last 400 at the second: 358 are common.
pub const COMMON: std::ops::Range<usize> = 42..400;

pub fn tables(random: &mut ChaCha20Rng) -> [Table; 2] {
    let texts = [csv(0..400, 0..5, false, random), csv(42..442, 5..10, true, random)];
    texts.map(|text| Table::read(text.as_bytes()).unwrap())
}

/// A training on all of it, with what `change` says instead.
pub fn training(change: serde_json::Value) -> Spec {
    let mut train = json!({"label": {"owner": 1, "column": "target"}, "receiver": 2});
    for (name, value) in change.as_object().unwrap() {
        train[name] = value.clone();
    }
    of(json!({"train": train}))
}

pub fn of(work: serde_json::Value) -> Spec {
    let spec = json!({
        "version": 1,
        "owners": [{"columns": NAMES[..5]}, {"columns": NAMES[5..]}],
        "rows": {"common": {"keys": ["patient", "patient"], "declared": [450, 420]}},
        "work": work,
    });
    Spec::read(&serde_json::to_vec(&spec).unwrap()).unwrap().0
}
