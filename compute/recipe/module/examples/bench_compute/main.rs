//! What it costs that a recipe is a module that counts its own instructions, and that a part of it is run again. Prints JSON.
//!
//! `bench_compute`: counting against not counting, the module against the same crate natively, audits; `bench_compute audits`:
//! those alone. `bench_compute site
//! FOLDER`: writes both forms of the module and the table there, for a page that runs them. `bench_compute once ALGORITHM
//! ROUNDS`: one run in wasmtime, for a peer that waits for its turn. Run by `cargo xtask bench compute`.

mod audit;
mod plain;
mod runs;

use std::{error::Error, fs, path::Path};

use compute_module::instrument;
use compute_recipe::{MODULE, Recipe};
use ml_task::Algorithm;
use serde_json::json;

use runs::TABLE;

type Failed = Box<dyn Error>;

/// Each with its rounds in the smallest of three sizes, of which each is ten times the one before.
const WORK: [(Algorithm, u32); 3] = [(Algorithm::Mlp, 4), (Algorithm::Logistic, 4), (Algorithm::Trees, 2)];
const SIZES: [u32; 3] = [1, 10, 100];
/// Rounds of a job that is audited, and how often it is measured: seconds, tens of seconds, a minute.
const AUDITED: [(u32, usize); 3] = [(400, 5), (4_000, 5), (24_000, 3)];

fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => {
            let mut all = Vec::new();
            for (algorithm, rounds) in WORK {
                for size in SIZES {
                    all.extend(runs::counted(&recipe(algorithm, rounds * size))?);
                }
            }
            all.extend(audits()?);
            println!("{}", json!({ "runs": all }));
        }
        ["audits"] => println!("{}", json!({ "runs": audits()? })),
        ["once", algorithm, rounds] => {
            let algorithm = serde_json::from_value(json!(algorithm))?;
            println!("{}", runs::once(&recipe(algorithm, rounds.parse()?))?);
        }
        ["site", folder] => {
            let folder = Path::new(folder);
            fs::write(folder.join("instrumented.wasm"), instrument(MODULE)?.bytes)?;
            fs::write(folder.join("plain.wasm"), plain::plain(MODULE)?)?;
            fs::write(folder.join("table.csv"), TABLE)?;
        }
        _ => return Err("nothing, `audits`, `once ALGORITHM ROUNDS` or `site FOLDER` is asked for".into()),
    }
    Ok(())
}

fn audits() -> Result<Vec<serde_json::Value>, Failed> {
    AUDITED.into_iter().map(|(rounds, turns)| audit::audited(&recipe(Algorithm::Mlp, rounds), turns)).collect()
}

/// All of the rounds, whatever they bring.
fn recipe(algorithm: Algorithm, rounds: u32) -> Recipe {
    Recipe { rounds: Some(rounds), patience: Some(0), ..Recipe::new(algorithm) }
}
