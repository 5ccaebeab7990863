//! Providers of compute jobs as real processes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod duties;
mod lent;
mod support;

use compute_engine::Checkpoint;
use compute_recipe::{Line, MODULE, Output, Recipe};
use compute_session::delivery;
use jobs::{State, calls};
use lent::{Lent, PRICE, Side, deal, outcome};
use link::sealing::open;
use ml_task::Algorithm;
use protocol::Amount;
use support::{output, text};

const TABLE: &[u8] = include_bytes!("../../public/datasets/breast_cancer.csv");

#[test]
fn less_than_ten_and_more_than_ninety_per_cent_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().display().to_string();
    for share in [["--cpu", "9"], ["--cpu", "91"], ["--memory", "9"], ["--memory", "91"]] {
        let refused = output(
            &[&["worker", &folder, "--deployment", "none.json", "onboard", "--price", "1"][..], &share[..]].concat(),
        );
        assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
        assert!(text(&refused.stderr).contains("10 to 90"), "{}", text(&refused.stderr));
    }
}

#[tokio::test]
async fn a_recipe_is_quoted_locked_run_killed_resumed_submitted_and_paid() {
    let lent = Lent::up().await;
    let provider = lent.join("first").await;
    let recipe = Recipe { rounds: Some(16), patience: Some(0), ..Recipe::new(Algorithm::Mlp) }.to_bytes();
    let inputs = [&recipe[..], TABLE];
    let expected = outcome(MODULE, &inputs, 100_000);
    let units = expected.units();
    let every = units / 4;
    let posted = lent.post(MODULE, &inputs, units + 10, every, None).await;
    let mut first = lent.lend("first");
    let deal = deal(&lent, &posted, provider);
    let mut side = Side::open(&lent, posted, deal).await;
    side.lock().await;
    // Nothing more is paid until the program is killed: so it cannot end before.
    side.until("a promise", |side| side.machine.voucher().is_some()).await;
    side.pays = false;
    side.until("the promise to be kept", |_| first.has_said("units are promised")).await;
    first.kill();
    let before = side.log.len();
    side.pay();
    let first = lent.lend("first");
    let id = posted.of.job;
    side.until("the submission", |_| first.has_said("submitted: in a block")).await;
    let stands = lent.job(id).await;
    assert_eq!((stands.state, stands.units), (State::Submitted, units));
    side.submitted(stands.result);
    side.until("the result", |side| side.shown.is_some()).await;
    assert!(side.log.len() > before, "the log went on");

    let shown = side.shown.unwrap();
    let sealed = lent.get(shown.file);
    let result = open(&[7; 32], &delivery(&posted.of, lent.client()), &sealed).unwrap();
    assert_eq!(shown.outcome(result.clone(), side.machine.head()).unwrap(), expected);
    assert!(matches!(Output::decode(&result).unwrap(), Output::Trained { .. }));
    assert!(matches!(Line::read(side.log.last().unwrap()), Some(Line::Done { .. })));

    lent.chain.send(lent.client(), lent.contract, calls::accept(id, stands.result)).await.unwrap();
    side.until("the claim", |_| first.has_said("claimed: in a block")).await;
    let paid = Amount(PRICE.0 * u128::from(units));
    let earned = lent.say("first", &["earnings"]);
    assert_eq!(earned["claimed"], serde_json::to_value(paid).unwrap());
    assert_eq!(lent.balance(provider).await, Amount(5 * Amount::ONE.0 + paid.0), "ten less the deposit, and the pay");
    assert_eq!(lent.job(id).await.state, State::Settled);
    drop(first);

    let jobs = lent.say("first", &["jobs"]);
    assert_eq!((&jobs["jobs"][0]["state"], &jobs["jobs"][0]["claimed"]), (&"settled".into(), &true.into()));
    lent.say("first", &["pause"]);
    lent.say("first", &["resume"]);
    assert_eq!(lent.say("first", &["offboard"])["left"], true);
    assert_eq!(lent.balance(provider).await, Amount(10 * Amount::ONE.0 + paid.0));
}

#[tokio::test]
async fn another_provider_goes_on_from_the_checkpoint_of_one_that_is_killed_and_both_are_paid_their_parts() {
    let lent = Lent::up().await;
    let (one, other) = (lent.join("first").await, lent.join("second").await);
    let recipe = Recipe { rounds: Some(16), patience: Some(0), ..Recipe::new(Algorithm::Mlp) }.to_bytes();
    let inputs = [&recipe[..], TABLE];
    let expected = outcome(MODULE, &inputs, 100_000);
    let (units, every) = (expected.units(), expected.units() / 4);
    let posted = lent.post(MODULE, &inputs, units + 10, every, None).await;
    let mut first = lent.lend("first");
    let mut side = Side::open(&lent, posted, deal(&lent, &posted, one)).await;
    side.lock().await;
    side.until("a promise", |side| side.machine.voucher().is_some()).await;
    side.pays = false;
    side.until("the promise to be kept", |_| first.has_said("units are promised")).await;
    first.kill();
    let promised = side.machine.voucher().unwrap().units;

    // What was announced last may be behind what was paid: nobody has to pay for the rest.
    let at = side.machine.voucher().unwrap().checkpoint;
    let resumed = lent.post(MODULE, &inputs, units + 10, every, Some(at)).await;
    let second = lent.lend("second");
    let checkpoint = Checkpoint::decode(&lent.get(at), 4_096, 1 << 20).unwrap();
    let from = deal(&lent, &resumed, other).going_on_from(&checkpoint);
    let mut side = Side::open(&lent, resumed, from).await;
    side.lock().await;
    side.until("the submission", |_| second.has_said("submitted: in a block")).await;
    let stands = lent.job(resumed.of.job).await;
    side.submitted(stands.result);
    side.until("the result", |side| side.shown.is_some()).await;
    let shown = side.shown.unwrap();
    let result = open(&[7; 32], &delivery(&resumed.of, lent.client()), &lent.get(shown.file)).unwrap();
    assert_eq!(shown.outcome(result, side.machine.head()).unwrap(), expected, "the same as if one had done it all");
    assert_eq!(shown.units, (expected.instructions - checkpoint.instructions).div_ceil(1_000_000));
    assert!(shown.units + promised <= units + 1, "nothing is paid twice: only a begun unit counts for both");

    // The first one comes back only to leave, and takes what it was promised.
    lent.say("first", &["offboard", "--now"]);
    let leaving = lent.lend("first");
    side.until("the first to leave", |_| leaving.has_said("\"left\"")).await;
    let paid = Amount(PRICE.0 * u128::from(promised));
    assert_eq!(lent.job(posted.of.job).await.state, State::Partial);
    assert_eq!(lent.balance(one).await, Amount(10 * Amount::ONE.0 + paid.0));
}
