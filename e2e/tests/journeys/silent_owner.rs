//! Somebody in a run falls silent: an owner, who loses its bond; a helper, after whom the next one goes on.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use coin::MODEL_COIN;
use e2e::{Agent, PATIENCE, Person, Stack};
use protocol::{Address, Amount};
use tasks::{State, TASKS, calls, returns};

use crate::{
    learning::{Training, begins, confirms, prepared, publishes_training},
    three::{Three, is_told_the_error, seats},
};

pub async fn balance(stack: &Stack, account: Address) -> Result<Amount> {
    let coin = stack.chain.deployment.demand(MODEL_COIN)?;
    let answer = stack.chain.call(coin, coin::calls::balance_of(account)).await?;
    contracts::returns::amount(&answer).map_err(|error| anyhow::anyhow!("{error}"))
}

/// A task as the contract has it.
pub async fn stands(stack: &Stack, task: u64) -> Result<returns::ChainTask> {
    let contract = stack.chain.deployment.demand(TASKS)?;
    let found = returns::task(&stack.chain.call(contract, calls::task(task)).await?);
    found.map_err(|error| anyhow::anyhow!("{error}"))?.context("there is such a task")
}

/// Waits until the contract has a task in a state.
async fn until(stack: &Stack, task: u64, wanted: State) -> Result<()> {
    let since = Instant::now();
    loop {
        let state = stands(stack, task).await?.state;
        if state == wanted {
            return Ok(());
        }
        anyhow::ensure!(since.elapsed() < PATIENCE, "task {task} is {state:?}, and not {wanted:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn drawn(stack: &Stack, task: u64) -> Result<Address> {
    let contract = stack.chain.deployment.demand(TASKS)?;
    let found = returns::helper(&stack.chain.call(contract, calls::helper(task)).await?);
    found.map_err(|error| anyhow::anyhow!("{error}"))?.helper.context("a helper is drawn")
}

/// Presses so many buttons that collect a part, until none is left.
pub async fn collects(person: &Person<'_>, parts: usize) -> Result<()> {
    let count = "return document.querySelectorAll('#collect-part').length === Number(arguments[0])";
    for left in (0..parts).rev() {
        person.until("the parts that are left", count, &(left + 1).to_string()).await?;
        person.presses("collect-part").await?;
    }
    person.until("nothing that is left", count, "0").await
}

#[tokio::test]
async fn a_silent_owner_loses_its_bond_to_those_who_answer_and_fees_come_back() -> Result<()> {
    let stack = Stack::start().await?;
    let ([first, second, requester], mut helper) = prepared(&stack).await?;
    let three = Three::open().await?;
    let people = three.people(&stack);
    let [clinic, laboratory, asks] = &people;
    let mut before = Vec::new();
    for account in [first, second, requester] {
        before.push(balance(&stack, account).await?);
    }
    publishes_training(asks, requester, Training::by(&[helper.account])).await?;
    helper.helps(&stack)?;
    let seats = seats(&people, [first, second, requester]);
    confirms(1, &seats).await?;
    begins(&seats).await?;
    // The second owner's tab is gone as soon as the run begins, and does not come back.
    until(&stack, 1, State::Running).await?;
    three.browsers[1].driver.goto("about:blank").await?;

    // Whoever waits for it says so on the chain, and the other owner answers.
    asks.sees("Seat 2 is silent; the run waits for it.").await?;
    three.browsers[2].shots("learn-silent").await?;
    asks.presses("stall").await?;
    asks.sees("A seat says that others are silent.").await?;
    clinic.presses("respond").await?;
    clinic.sees("has answered").await?;
    three.browsers[0].shots("learn-answered").await?;

    // Its time is over: anybody closes it.
    stack.chain.pass(tasks::STALL_WINDOW + 1).await?;
    asks.presses("expire-task").await?;
    asks.sees("The run failed: seats were silent.").await?;
    asks.sees("lost its bond").await?;
    asks.presses("expire-task").await?;
    asks.sees("Its time is over: seats were silent. Bonds and fees go back.").await?;
    for (person, account) in [(clinic, first), (asks, requester)] {
        person.visit("/task/1").await?;
        person.connects(account).await?;
        person.presses("collect-owed").await?;
        person.finds_no_more("collect-owed").await?;
        // Its bond; and at the requester its fees besides.
        collects(person, if account == requester { 2 } else { 1 }).await?;
    }
    laboratory.visit("/task/1").await?;
    laboratory.connects(second).await?;
    laboratory.sees("Seat 2 was silent and lost its bond.").await?;
    three.browsers[1].shots("learn-bond-lost").await?;

    // A bond of one MDC went from the silent owner to the other two, in equal shares; nothing else is gone.
    let mut after = Vec::new();
    for account in [first, second, requester] {
        after.push(balance(&stack, account).await?);
    }
    let half = Amount::mdc(1).0 / 2;
    assert_eq!(after[0].0, before[0].0 + half, "the owner that answered");
    assert_eq!(after[1].0, before[1].0 - 2 * half, "the owner that was silent");
    assert_eq!(after[2].0, before[2].0 + half, "the requester, with its fees");
    three.quit().await
}

#[tokio::test]
async fn when_the_helper_is_killed_both_owners_say_so_and_the_next_one_is_paid() -> Result<()> {
    let stack = Stack::start().await?;
    let ([first, second, requester], helper) = prepared(&stack).await?;
    let mut helpers = vec![helper, Agent::join(&stack).await?];
    let three = Three::open().await?;
    let people = three.people(&stack);
    let [clinic, laboratory, asks] = &people;
    let accounts: Vec<Address> = helpers.iter().map(|helper| helper.account).collect();
    publishes_training(asks, requester, Training::by(&accounts)).await?;
    for helper in &mut helpers {
        helper.helps(&stack)?;
    }
    let seats = seats(&people, [first, second, requester]);
    confirms(1, &seats).await?;
    begins(&seats).await?;
    until(&stack, 1, State::Running).await?;
    let killed = drawn(&stack, 1).await?;
    helpers.retain(|helper| helper.account != killed);
    let next = helpers.first().context("another helper is left")?.account;

    clinic.sees("The helper is silent; the run waits for it.").await?;
    three.browsers[0].shots("learn-helper-silent").await?;
    clinic.presses("give-helper-up").await?;
    clinic.sees("You have given the helper up.").await?;
    laboratory.sees("The helper is silent; the run waits for it.").await?;
    laboratory.presses("give-helper-up").await?;

    asks.sees("It is finished, signed by all seats.").await?;
    assert_eq!(drawn(&stack, 1).await?, next, "the next one has taken over");
    asks.sees("What you were told is what all seats have signed").await?;
    is_told_the_error(asks).await?;
    // It alone is paid.
    asks.sees(&format!("{} is owed", next.short())).await?;
    assert!(!asks.is_seeing(&format!("{} is owed", killed.short())).await?, "the one that was killed is paid nothing");
    three.browsers[2].shots("learn-helper-replaced").await?;
    three.quit().await
}
