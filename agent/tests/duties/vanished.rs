//! What the program of a client does where somebody else is gone, was first, or where the contract refuses: it sees its job to its
//! end all the same.

use compute_session::Shown;
use jobs::{Job, START_WINDOW, State, VOUCHER_WINDOW};
use serde_json::json;

use super::{STEPS, coins, hired, is_slashed, module, pay};
use crate::lent::{Lender, Lent, made_up::sealed, outcome};

async fn job(lent: &Lent) -> Job {
    lent.chain.job_book().await.unwrap().0.job(1).cloned().unwrap()
}

/// The client ends its job at this time by itself, and has all of its coins again.
async fn ends_with_all_of_it(lent: &Lent, client: &Lender, at: u64) {
    lent.chain.pass_until(at).await.unwrap();
    client.says("\"refunded\"").await;
    lent.comes_to(1, State::Refunded).await;
    assert_eq!(lent.balance(job(lent).await.client).await, coins(10));
}

#[tokio::test]
async fn a_provider_that_never_starts_gives_the_money_back() {
    let lent = Lent::up().await;
    let (client, mut gone) = hired(&lent, "0", "20").await;
    gone.quotes().await;
    gone.until("the lock", |_| client.has_said_of(1, "are locked")).await;
    let job = job(&lent).await;
    assert_eq!(job.state, State::Locked);
    ends_with_all_of_it(&lent, &client, job.since + START_WINDOW).await;
}

#[tokio::test]
async fn a_provider_that_never_submits_gives_the_money_back() {
    let lent = Lent::up().await;
    let (client, mut gone) = hired(&lent, "0", "20").await;
    gone.takes_the_job().await;
    client.says_of(1, "the provider runs it").await;
    let deadline = job(&lent).await.terms.deadline;
    ends_with_all_of_it(&lent, &client, deadline + VOUCHER_WINDOW).await;
}

#[tokio::test]
async fn a_refused_challenge_is_told_once_and_that_of_somebody_else_is_seen_to_its_end() {
    let lent = Lent::up().await;
    let juror = lent.join("first").await;
    let (client, mut greedy) = hired(&lent, "0", "20").await;
    let liar = greedy.deal.provider;
    greedy.takes_the_job().await;
    // The client has nothing left for a bond.
    let me = job(&lent).await.client;
    lent.chain.request("anvil_impersonateAccount", json!([me])).await.unwrap();
    let (coin, left) = (lent.chain.coin_address().unwrap(), lent.balance(me).await);
    lent.chain.send(me, coin, coin::calls::transfer(lent.client(), left)).await.unwrap();
    let expected = outcome(&module(STEPS), &[], 20);
    let shown = sealed(&lent, &greedy, &expected);
    greedy.submits_with(Shown { units: shown.units + 1, ..shown }, expected.head).await;
    greedy.until("the refusal", |_| client.has_said_of(1, "holds 0 MDC")).await;
    assert!(!client.has_said_of(1, "challenged under a bond"));
    // Somebody else challenges, and this client draws and claims; it or the juror concludes, whoever comes first.
    lent.challenges(lent.client(), 1).await;
    is_slashed(&lent, &client, juror, liar).await;
    assert!(client.has_said_of(1, "drew the jurors"));
    assert_eq!(client.times("holds 0 MDC"), 1);
    assert_eq!(lent.balance(me).await, pay(20), "all that it had locked");
}
