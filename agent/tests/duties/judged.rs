//! Disputes: a provider that is right, one that is wrong, a job that nobody can run again, and their jurors.

use std::fs;

use jobs::{ESCALATE_WINDOW, REVEAL_WINDOW, State};
use protocol::{Amount, Digest};

use super::{STEPS, coins, module, pay, sum};
use crate::lent::{Lender, Lent, Side, deal, outcome};

#[tokio::test]
async fn jurors_judge_a_provider_that_is_right_shows_and_is_paid_and_one_that_is_wrong_is_slashed() {
    let lent = Lent::up().await;
    let providers = [lent.join("first").await, lent.join("second").await];
    let double = lent.double(1).await;
    let workers = [lent.lend("first"), lent.lend("second")];
    let steps = module(STEPS);
    let expected = outcome(&steps, &[], 100);
    let units = expected.units();

    let right = lent.post(&steps, &[], units, units, None).await;
    let wrong = lent.post(&steps, &[], units, units, None).await;
    let mut side = Side::open(&lent, right, deal(&lent, &right, providers[0])).await;
    side.lock().await;
    let right = right.of.job;
    side.until("the submission", |_| workers[0].has_said_of(right, "submitted: in a block")).await;
    lent.claims_to_have_done(double, &wrong, Digest([1; 32]), units).await;
    let wrong = wrong.of.job;

    // Who challenges what is right is the double; the provider draws by itself. What is wrong its client has judged.
    lent.challenges(double, right).await;
    lent.challenges(lent.client(), wrong).await;
    lent.draws(wrong).await;
    let judges = [lent.juror(right).await, lent.juror(wrong).await];
    assert_eq!(judges[0], providers[1], "neither the provider nor the challenger");
    let other = usize::from(judges[1] == providers[1]);
    assert_eq!(judges[1], providers[other]);
    workers[1].says_of(right, "revealed: in a block").await;
    workers[other].says_of(wrong, "revealed: in a block").await;
    workers[0].says_of(right, "shown: in a block").await;
    // One leaves: not before its duties are over.
    assert_eq!(lent.say("second", &["offboard"])["leaves"], true);

    lent.chain.pass(REVEAL_WINDOW + ESCALATE_WINDOW).await.unwrap();
    lent.comes_to(right, State::Settled).await;
    lent.comes_to(wrong, State::Slashed).await;
    workers[0].says_of(right, "claimed: in a block").await;
    left(&workers[1]).await;

    // A juror's fee is what the job costs, since no voucher was shown; a bond and a stake are four of them each. Of what is
    // left of who was wrong, half goes to who was right.
    let fee = pay(units);
    let half = Amount(fee.0 * 3 / 2);
    let fees = |who: usize| sum(&judges.map(|judge| if judge == providers[who] { fee } else { Amount::ZERO }));
    assert_eq!(lent.deposit(providers[0]).await, sum(&[coins(5), half, fees(0)]));
    assert_eq!(lent.balance(providers[0]).await, sum(&[coins(5), pay(units)]));
    assert_eq!(lent.balance(providers[1]).await, sum(&[coins(10), fees(1)]));
    assert_eq!(lent.deposit(double).await, Amount(coins(5).0 - 4 * fee.0));
    assert_eq!(lent.owed(lent.client()).await, sum(&[pay(4 * units), half]), "its bond too");
}

#[tokio::test]
async fn a_juror_who_cannot_run_a_job_says_so_in_time_and_loses_nothing() {
    let lent = Lent::up().await;
    let juror = lent.join("first").await;
    let double = lent.double(1).await;
    let posted = lent.post(&module(STEPS), &[b"gone"], 10, 10, None).await;
    let id = posted.of.job;
    lent.claims_to_have_done(double, &posted, Digest([1; 32]), 6).await;
    let input = lent.put(b"gone");
    fs::remove_file(lent.world.path(&format!("files/{input}"))).unwrap();
    let worker = lent.lend("first");
    lent.challenges(lent.client(), id).await;
    lent.draws(id).await;
    assert_eq!(lent.juror(id).await, juror);
    worker.says_of(id, "cannot be had").await;
    lent.chain.pass_until(lent.dispute(id).await.commit_by - 30).await.unwrap();
    worker.says_of(id, "revealed: in a block").await;
    lent.chain.pass(REVEAL_WINDOW + ESCALATE_WINDOW).await.unwrap();
    // Nothing is decided, and nothing was promised.
    lent.comes_to(id, State::Refunded).await;
    assert_eq!(lent.deposit(juror).await, coins(5));
    assert_eq!(lent.deposit(double).await, coins(5));
}

async fn left(worker: &Lender) {
    crate::lent::until("it to leave", async || worker.has_said("\"left\"")).await;
}
