//! `cargo xtask bench simulate`: how fast the simulator plays contributions, against the EVM (revm, the real bytecode,
//! in memory, no node around it) doing the same ones. Writes `target/bench/simulate.json`.
//!
//! The simulator's time is that of the whole run: agents, refunds, reports, and the points of the curves. The EVM's is
//! that of the transactions that contribute, nothing else. Both must come to the same predictions and deposits.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/harness/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
mod harness;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use harness::{Failure, Models, Receipt};
use protocol::Amount;
use serde_json::{Value, json};
use shared_model::{ClassifierKind, Event, IncentiveKind, Model, calls::shared, logs as events, table::Table};
use simulation::{AgentPlan, Config, Dataset, IncentivePlan, Simulation, gallery::Attack};

/// Runs of each, alternating; the first is not counted.
const RUNS: usize = 5;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let reviews = std::fs::read(root.join("public/datasets/shared/film_reviews.csv")).unwrap();
    let table = Table::read(&reviews, Some(1)).unwrap();
    let lines: Vec<Value> = ClassifierKind::ALL
        .into_iter()
        .filter(|kind| kind.form() == shared_model::Form::Sparse)
        .map(|kind| measure(kind, &table))
        .collect();
    // The setting of the original papers first.
    let headline = lines.iter().find(|line| line["classifier"] == "naive Bayes").unwrap();
    let report = json!({
        "ratio": headline["ratio"],
        "simulated_per_s": headline["simulated_per_s"],
        "evm_per_s": headline["evm_per_s"],
        "runs": lines,
        "data": "film_reviews.csv, vocabulary of 1,000 words; eight good and two bad agents under deposits",
        "simulator": "whole runs: agents, refunds and reports, accuracy on the hidden test set at each of 50 points",
        "peer": "revm 43, the contracts' bytecode, the same contributions as transactions, nothing else",
        "machine": std::env::var("MODELMARKET_MACHINE").ok().and_then(|m| serde_json::from_str::<Value>(&m).ok()),
    });
    let folder = root.join("target/bench");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("simulate.json"), serde_json::to_vec_pretty(&report).unwrap()).unwrap();
    println!("{report:#}");
}

fn measure(kind: ClassifierKind, table: &Table) -> Value {
    let setting = if kind == ClassifierKind::SparseCentroid { 0 } else { 1_000_000 };
    let config = config(kind, setting);
    let dataset = Dataset::new(&config, table).unwrap();
    let start = dataset.fit(&config, &dataset.start).unwrap();
    let (mut simulated, mut on_chain) = (Vec::new(), Vec::new());
    let mut contributions = 0;
    for run in 0..=RUNS {
        let mut simulation = Simulation::new(config.clone(), dataset.clone()).unwrap();
        let since = Instant::now();
        while simulation.step().unwrap() {}
        let took = since.elapsed();
        let model = simulation.model();
        contributions = model.contributions.len();
        let evm = on_evm(&start, model);
        eprintln!("{kind}, run {run}: {contributions} contributions simulated in {took:?}, by the EVM in {evm:?}");
        if run > 0 {
            simulated.push(took);
            on_chain.push(evm);
        }
    }
    let rate = |times: &mut Vec<Duration>| {
        times.sort();
        contributions as f64 / times[times.len() / 2].as_secs_f64()
    };
    let (simulated_per_s, evm_per_s) = (rate(&mut simulated), rate(&mut on_chain));
    json!({
        "classifier": kind.to_string(),
        "ratio": simulated_per_s / evm_per_s,
        "simulated_per_s": simulated_per_s,
        "evm_per_s": evm_per_s,
        "contributions": contributions,
    })
}

/// The setting of the original papers, with eight good and two bad agents, for two days, and deposits that stop nobody.
fn config(classifier: ClassifierKind, setting: u32) -> Config {
    let mut config = Config { classifier, setting, days: 2, points: 50, ..Attack::FlipLabels.config() };
    if let IncentivePlan::Deposit { terms } = &mut config.incentive {
        terms.cost_weight = Amount(Amount::ONE.0 / 1_000);
    }
    let [good, bad] = &config.agents[..] else { panic!("one good and one bad agent") };
    let agents = [vec![good.clone(); 8], vec![AgentPlan { wait_mean: good.wait_mean, ..bad.clone() }; 2]];
    Config { agents: agents.concat(), ..config }
}

/// Makes the same contributions at the same times, and demands the same predictions and deposits.
fn on_evm(start: &shared_model::learn::train::Start, simulated: &Model) -> Duration {
    let mut models = Models::new();
    let made = models.ready(&start.shape, IncentiveKind::Deposit, &simulated.terms, Some(&start.words));
    // More than all deposits, so that no token moves in what is measured.
    let mut people: Vec<_> = simulated.contributions.iter().map(|c| c.record.contributor).collect();
    people.sort();
    people.dedup();
    for person in people {
        models.fund(person, made.model, Amount::mdc(20_000));
        models.send(person, made.model, shared::top_up(Amount::mdc(20_000))).unwrap();
    }
    let created = models.view(made.model, shared::terms());
    let (_, created) = shared_model::returns::shared::terms(&created).unwrap();
    let mut receipts: Vec<Result<Receipt, Failure>> = Vec::with_capacity(simulated.contributions.len());
    let since = Instant::now();
    for contribution in &simulated.contributions {
        let record = &contribution.record;
        models.chain.set_time(created + record.at);
        let data = shared::contribute(&contribution.sample, record.label, record.initial, None);
        receipts.push(models.chain.send(record.contributor, made.model, data));
    }
    let took = since.elapsed();
    for (contribution, receipt) in simulated.contributions.iter().zip(receipts) {
        let receipt = receipt.unwrap();
        let log = &receipt.logs.last().unwrap().1;
        let Some(Event::Contributed { key, predicted, deposit, .. }) = events::decode(log).unwrap() else {
            panic!("no contribution was made")
        };
        let record = &contribution.record;
        assert_eq!((key, predicted, deposit), (record.key, contribution.predicted, record.initial));
    }
    took
}
