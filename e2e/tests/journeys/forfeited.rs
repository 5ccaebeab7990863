//! Journey 3: the requester never reveals; anyone times it out; trainers withdraw their shares.

use anyhow::Result;
use devchain::bounty::{model::Effort, samples::submit};
use e2e::{Browser, Person, Profile, Stack};
use protocol::Amount;

use crate::steps;

#[tokio::test]
async fn trainers_share_the_reward_of_a_silent_requester() -> Result<()> {
    requester_stays_silent(&Stack::start().await?).await
}

/// The same through a node that limits, keeps waiting, lags, and leaves out.
#[tokio::test]
async fn the_same_through_a_strict_node() -> Result<()> {
    let stack = Stack::behind_strict_node().await?;
    requester_stays_silent(&stack).await?;
    stack.nothing_was_pressed();
    Ok(())
}

async fn requester_stays_silent(stack: &Stack) -> Result<()> {
    let [_, requester, one, two, stranger, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    let prepared = steps::posted(stack, requester).await?;
    for trainer in [one, two] {
        stack.chain.fund(trainer).await?;
        submit(&stack.chain, &stack.url, &prepared, trainer, Effort::Poor).await?;
    }
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, stack);
    person.visit("/bounties/1").await?;
    person.presses("pass-time").await?;
    person.sees("Awaiting ground truth").await?;
    // The chain's clock itself: the button may still stand for the window before.
    stack.chain.pass(601).await?;
    person.sees("Ground truth overdue").await?;
    person.connects(stranger).await?;
    browser.shots("3-overdue").await?;
    person.presses("end-overdue").await?;
    person.sees("Forfeited: each trainer may collect 25 MDC and the stake; 50 MDC were burned").await?;
    for trainer in [one, two] {
        person.connects(trainer).await?;
        person.sees("30 MDC are due to you").await?;
        if trainer == one {
            browser.shots("3-collect").await?;
        }
        let before = stack.chain.balance(trainer).await?;
        person.presses("collect").await?;
        person.sees(&format!("{} collected 30 MDC", trainer.short())).await?;
        let gained = stack.chain.balance(trainer).await?.0 - before.0;
        assert_eq!(Amount(gained), Amount::mdc(30), "half of what is not burned, and the stake");
    }
    browser.quit().await
}
