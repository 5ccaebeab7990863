//! Several jobs at once, and a client that goes away.

use std::thread;

use jobs::{MIN_WINDOW, State, calls};

use super::{STEPS, coins, module, pay, sum};
use crate::lent::{Lent, Side, deal, outcome};

/// Writes, and never ends its first step.
const ENDLESS: &str = include_str!("../../../compute/engine/tests/jobs/endless.wat");
const LIMIT: u64 = 50;

#[tokio::test]
async fn as_many_jobs_run_at_once_as_are_lent_and_an_endless_one_of_a_client_that_vanishes_is_paid_for_what_ran() {
    let lent = Lent::up().await;
    // Two processors, unless there is one only or less cannot be lent.
    let cores = thread::available_parallelism().unwrap().get();
    let (provider, places) = lent.join_with("first", u8::try_from(200 / cores).unwrap_or(90).clamp(10, 90)).await;
    let worker = lent.lend("first");

    let steps = module(STEPS);
    let expected = outcome(&steps, &[], 100);
    let units = expected.units();
    let post = async || {
        let posted = lent.post(&steps, &[], units, 1, None).await;
        Side::open(&lent, posted, deal(&lent, &posted, provider)).await
    };
    let mut sides = Vec::new();
    for _ in 0..places {
        let mut side = post().await;
        side.pays = false;
        side.lock().await;
        sides.push(side);
    }
    // Nothing is paid: each of them has begun and waits behind its first step.
    for side in &mut sides {
        side.until("its first line", |side| !side.log.is_empty()).await;
        assert!(!worker.has_said_of(side.posted.of.job, "units are promised"));
    }
    let mut late = post().await;
    late.until("an answer", |side| side.declined.is_some()).await;
    assert!(late.declined.as_ref().unwrap().contains("is taken"), "{:?}", late.declined);

    for side in &mut sides {
        let id = side.posted.of.job;
        side.until("its first checkpoint", |side| side.machine.last_checkpoint().is_some()).await;
        side.pay();
        side.until("the submission", |_| worker.has_said_of(id, "submitted: in a block")).await;
        let stands = lent.job(id).await;
        side.submitted(stands.result);
        side.until("the result", |side| side.shown.is_some()).await;
        assert_eq!((side.shown.unwrap().result, stands.units), (expected.hash(), units));
        lent.chain.on_jobs(lent.client(), calls::accept(id, stands.result)).await.unwrap();
    }
    // There is room again.
    late.declined = None;
    late.machine.ask();
    late.until("a quote", |side| side.quote.is_some()).await;
    lent.chain.on_jobs(lent.client(), calls::cancel(late.posted.of.job)).await.unwrap();

    let endless = lent.post(&module(ENDLESS), &[], LIMIT, LIMIT, None).await;
    let id = endless.of.job;
    let mut side = Side::open(&lent, endless, deal(&lent, &endless, provider)).await;
    side.lock().await;
    drop(side);
    worker.says_of(id, "submitted: in a block").await;
    let stands = lent.job(id).await;
    assert_eq!((stands.state, stands.units), (State::Submitted, LIMIT));
    lent.chain.pass(MIN_WINDOW.into()).await.unwrap();
    worker.says_of(id, "claimed: in a block").await;
    assert_eq!(lent.job(id).await.state, State::Settled);
    for side in &sides {
        worker.says_of(side.posted.of.job, "claimed: in a block").await;
    }
    assert_eq!(lent.balance(provider).await, sum(&[coins(5), pay(places * units + LIMIT)]));
}
