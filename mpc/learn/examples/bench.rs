//! Exact linear regression with two seats and a helper in one process, on one core: time, bytes each way, rounds, as
//! JSON. `cargo run --release -p mpc-learn --example bench`

use std::{rc::Rc, time::Instant};

use futures::{executor::block_on, future::join3};
use mpc::{
    Dealer, Helper, Memory, Pair, Seat, Start,
    draw::{Registry, Run, Seed, Seeded},
    network,
};
use mpc_learn::{Answer, Column, Evaluation, Metric, Order, Prepared, Reveals, Scale, Task, fit, label_exponent, plan};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore as _, SeedableRng as _};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runs = [(1_000, 20), (10_000, 20), (100_000, 20)];
    let runs = runs.into_iter().map(|(rows, features)| one(rows, features)).collect::<Result<Vec<_>, _>>()?;
    println!("{}", serde_json::to_string_pretty(&serde_json::json!({ "runs": runs }))?);
    Ok(())
}

fn one(rows: usize, features: usize) -> Result<serde_json::Value, Box<dyn std::error::Error>> {
    let (columns, label) = columns(rows, features);
    let (first, second) = columns.split_at(features / 2);
    let task = Task {
        rows,
        features: [first.len(), second.len()],
        label: Seat::Second,
        label_exponent: label_exponent(&Scale::of("label", &label.values, 0.0)?),
        ridge: 0.0,
        order: Order::Given,
        evaluation: Evaluation::Training,
        metrics: vec![Metric::Rmse],
        reveals: Reveals { own_coefficients: true, ..Reveals::default() },
        digits: 10,
    };
    let started = Instant::now();
    let plan = Rc::new(plan(&task)?);
    let planned = started.elapsed();
    let run = Run { task: [1; 32], attempt: 1, epoch: [2; 32] };
    let seeds = [[3; 32], [4; 32]].map(Seed::new);
    let (link_first, link_second, mut link_helper) = network(false);
    let seeded = |seat: usize| Seeded::new(&seeds[seat], &run);
    let dealer = Dealer::<u128, _>::new(&plan, [seeded(0), seeded(1)]);
    let seat = async |seat: Seat, link: Memory| {
        let at = usize::from(seat == Seat::Second);
        let prepared = if at == 0 {
            Prepared::new(&task, seat, first, None, 0.0)
        } else {
            Prepared::new(&task, seat, second, Some(&label), 0.0)
        };
        let prepared = prepared.map_err(|error| error.to_string())?;
        let mut registry = Registry::default();
        let start = Start { seat, plan: plan.clone(), run, registry: &mut registry, fresh: [5 + at as u8; 32] };
        let said = |error: mpc::MpcError| error.to_string();
        let mut pair = Pair::<u128, _, _>::begin(start, Helper::new(seat, seeded(at)), link).await.map_err(said)?;
        let answer = fit(&mut pair, &task, &[&prepared]).await.map_err(said)?;
        let Answer::Fitted(_) = answer else { return Err(answer.sentence().to_owned()) };
        Ok::<_, String>(pair.traffic())
    };
    let started = Instant::now();
    let all = join3(seat(Seat::First, link_first), seat(Seat::Second, link_second), dealer.serve(&mut link_helper));
    let (first, second, dealt) = block_on(all);
    let took = started.elapsed();
    dealt?;
    let traffic = [first?, second?];
    Ok(serde_json::json!({
        "what": "exact linear, two seats and a helper, one core",
        "n": rows,
        "d": features,
        "ours": took.as_secs_f64(),
        "unit": "s",
        "plan_seconds": planned.as_secs_f64(),
        "rounds": traffic[0].rounds,
        "bytes": {
            "first_to_second": traffic[0].to_seat.bytes,
            "second_to_first": traffic[1].to_seat.bytes,
            "helper_to_first": traffic[0].from_helper.bytes,
            "helper_to_second": traffic[1].from_helper.bytes,
        },
    }))
}

/// Columns that have something in common, and a label made of them and noise.
fn columns(rows: usize, features: usize) -> (Vec<Column>, Column) {
    let mut stream = ChaCha20Rng::seed_from_u64(1);
    let mut uniform = || f64::from(stream.next_u32()) / f64::from(u32::MAX) - 0.5;
    let common: Vec<f64> = (0..rows).map(|_| uniform()).collect();
    let columns: Vec<Column> = (0..features)
        .map(|at| Column {
            name: format!("x{at}"),
            values: common.iter().map(|common| 0.5 * common + uniform()).collect(),
        })
        .collect();
    let row =
        |row: usize| columns.iter().enumerate().map(|(at, column)| column.values[row] * (at as f64 - 7.0)).sum::<f64>();
    let values = (0..rows).map(|at| row(at) + uniform()).collect();
    (columns, Column { name: "y".into(), values })
}
