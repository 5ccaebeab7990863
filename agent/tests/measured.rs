//! How long people wait for programs. A measurement: run by `cargo xtask bench compute` alone, with the program as it is shipped.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod lent;
mod support;

use std::time::Instant;

use compute_engine::Checkpoint;
use compute_recipe::{MODULE, Recipe};
use ml_task::Algorithm;
use serde_json::json;

use lent::{Lent, Side, deal, outcome};

const TURNS: u16 = 5;
const TABLE: &[u8] = include_bytes!("../../public/datasets/breast_cancer.csv");

/// Milliseconds from a quote that is accepted to the first line of the log, and from the kill of a provider to the first line
/// of another one that goes on from its checkpoint. Every program is new in each turn, so that nothing is warm.
#[tokio::test]
async fn from_a_quote_and_from_a_kill_to_the_first_line() {
    let lent = Lent::up().await;
    let recipe = Recipe { rounds: Some(16), patience: Some(0), ..Recipe::new(Algorithm::Mlp) }.to_bytes();
    let inputs = [&recipe[..], TABLE];
    let units = outcome(MODULE, &inputs, 100_000).units();
    let (limit, every) = (units + 10, units / 4);
    let (mut quoted, mut resumed) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let names = ["first", "second"].map(|name| format!("{name}-{turn}"));
        let providers = [lent.join(&names[0]).await, lent.join(&names[1]).await];
        let mut first = lent.lend(&names[0]);
        let posted = lent.post(MODULE, &inputs, limit, every, None).await;
        let mut side = Side::open(&lent, posted, deal(&lent, &posted, providers[0])).await;
        side.until("a quote", |side| side.quote.is_some()).await;
        let accepted = Instant::now();
        side.lock().await;
        side.until("the first line", |side| !side.log.is_empty()).await;
        quoted.push(milliseconds(accepted));

        // One checkpoint is promised for.
        side.until("a promise", |side| side.machine.voucher().is_some()).await;
        side.pays = false;
        side.until("the promise to be kept", |_| first.has_said("units are promised")).await;
        let at = side.machine.voucher().unwrap().checkpoint;
        let second = lent.lend(&names[1]);
        lent::until("the second program", async || second.has_said("\"lends\"")).await;
        let killed = Instant::now();
        first.kill();
        let posted = lent.post(MODULE, &inputs, limit, every, Some(at)).await;
        let checkpoint = Checkpoint::decode(&lent.get(at), 4_096, 1 << 20).unwrap();
        let from = deal(&lent, &posted, providers[1]).going_on_from(&checkpoint);
        let mut side = Side::open(&lent, posted, from).await;
        side.lock().await;
        side.until("the first line", |side| !side.log.is_empty()).await;
        resumed.push(milliseconds(killed));
    }
    println!("\nmeasured: {}", json!({"quote_to_first_log_ms": quoted, "resume_ms": resumed}));
}

fn milliseconds(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1e4).round() / 10.0
}
