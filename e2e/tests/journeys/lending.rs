//! A tab lends its machine.

use anyhow::Result;
use e2e::{Browser, Client, Person, Profile, Stack};
use jobs::{JOBS, calls, returns};
use protocol::Amount;

/// Counts to 200, in steps of 150 units each; some seconds of work.
const COUNTS: &str = r#"(module
    (import "job" "write" (func $write (param i32 i32)))
    (import "job" "log" (func $log (param i32 i32)))
    (memory (export "memory") 1 1)
    (global $n (mut i32) (i32.const 0))
    (func (export "step") (result i32) (local $i i32)
        (local.set $i (i32.const 30000000))
        (loop $again (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
        (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (i32.store8 (i32.const 0) (global.get $n))
        (call $write (i32.const 0) (i32.const 1))
        (call $log (i32.const 0) (i32.const 1))
        (i32.lt_u (global.get $n) (i32.const 200))))"#;

#[tokio::test]
async fn a_share_of_nine_per_cent_is_refused_and_half_of_this_machine_stands_on_chain_and_in_the_network() -> Result<()>
{
    let stack = Stack::start().await?;
    let provider = stack.chain.accounts[1];
    stack.chain.fund(provider).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);

    person.visit("/lend").await?;
    person.connects(provider).await?;
    person.fills("lend-cpu", "9").await?;
    person.sees("A share of 9 % cannot be lent").await?;
    person.presses("lend-machine").await?;
    person.sees("Choose 10 to 90 %.").await?;
    person.sees("1 field above cannot be taken as it is").await?;
    browser.shots("lend-refused").await?;
    for (field, text) in [("lend-cpu", "50"), ("lend-memory", "50"), ("lend-price", "0.0002"), ("lend-deposit", "2")] {
        person.fills(field, text).await?;
    }
    person.presses("measure").await?;
    person.sees("in an hour of work").await?;
    browser.shots("lend-measured").await?;
    person.presses("lend-machine").await?;
    person.sees("Your machine").await?;
    person.sees("No posted job fits at the moment.").await?;
    person.sees("0.0002 MDC").await?;
    browser.shots("lend-here").await?;
    let contract = stack.chain.deployment.demand(JOBS)?;
    let stands = returns::provider(&stack.chain.call(contract, calls::provider(provider)).await?)?;
    assert_eq!(stands.deposit, Amount::mdc(2));

    person.visit("/network").await?;
    person.sees("1 of 1 takes jobs").await?;
    person.visit("/lend").await?;
    person.presses("pause-machine").await?;
    person.sees("Pauses").await?;
    person.presses("resume-machine").await?;
    person.sees("Takes jobs").await?;
    person.presses("offboard").await?;
    person.sees("You would lend room for").await?;
    browser.quit().await
}

#[tokio::test]
async fn a_tab_runs_a_job_goes_on_after_it_was_closed_and_is_paid() -> Result<()> {
    let stack = Stack::start().await?;
    let provider = stack.chain.accounts[1];
    stack.chain.fund(provider).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/lend").await?;
    person.connects(provider).await?;
    person.fills("lend-price", "0.0002").await?;
    person.fills("lend-deposit", "10").await?;
    // So that it lasts longer than a page takes to come.
    person.fills("lend-cpu", "10").await?;
    person.presses("lend-machine").await?;
    person.sees("No posted job fits at the moment.").await?;

    let mut client = Client::joins(&stack).await?;
    client.runs(&stack, &wat::parse_str(COUNTS)?, Amount(Amount::ONE.0 / 5_000), 3_000)?;
    person.sees("ran, pay for").await?;
    person.sees_no_more("pay for 0 is promised").await?;
    // Another page of the same site, loaded anew: the worker is gone, and the job goes on from its last checkpoint.
    person.visit("/network").await?;
    person.sees("1 of 1 takes jobs").await?;
    person.visit("/lend").await?;
    person.sees("ran, pay for").await?;
    browser.shots("lend-running").await?;
    assert_eq!(client.has_the_result().await?, (1..=200).collect::<Vec<u8>>());
    person.sees("Paid").await?;
    person.finds("//table[@id='served-jobs']//td[@data-label='Pays'][contains(., 'MDC')]").await?;
    browser.shots("lend-paid").await?;
    browser.quit().await
}
