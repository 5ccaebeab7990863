//! Journey 4: cancel before and after submissions; a trainer withdraws before the deadline.

use anyhow::Result;
use devchain::bounty::{model::Effort, samples::submit};
use e2e::{Browser, Person, Profile, Stack};
use protocol::Amount;

use crate::steps;

#[tokio::test]
async fn cancelling_and_withdrawing() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, requester, trainer, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    let chain = &stack.chain;
    chain.fund(trainer).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);

    // Before any submission: everything comes back.
    steps::posted(&stack, requester).await?;
    let before = chain.balance(requester).await?;
    person.visit("/bounties/1").await?;
    person.connects(requester).await?;
    person.presses("cancel-bounty").await?;
    person.sees("Cancelled by the requester before anyone had submitted").await?;
    assert_eq!(Amount(chain.balance(requester).await?.0 - before.0), Amount::mdc(100));

    // A trainer withdraws in time and gets the stake back.
    let prepared = steps::posted(&stack, requester).await?;
    let before = chain.balance(trainer).await?;
    submit(chain, &stack.url, &prepared, trainer, Effort::Poor).await?;
    person.visit("/bounties/2").await?;
    person.connects(trainer).await?;
    person.sees("You have submitted").await?;
    person.presses("withdraw-submission").await?;
    person.sees("withdrew and got 5 MDC back").await?;
    assert_eq!(chain.balance(trainer).await?, before);

    // After a submission: half of the reward is burned, and the trainer gets the other half.
    submit(chain, &stack.url, &prepared, trainer, Effort::Poor).await?;
    person.connects(requester).await?;
    person.sees("Cancelling now costs your whole reward of 100 MDC: half is burned").await?;
    person.presses("cancel-bounty").await?;
    person.sees("Yes, cancel the bounty").await?;
    browser.shots("4-cancel-confirm").await?;
    person.presses("cancel-bounty").await?;
    person.sees("each trainer may collect 50 MDC and the stake; 50 MDC were burned").await?;
    person.connects(trainer).await?;
    person.presses("collect").await?;
    person.sees("collected 55 MDC").await?;
    browser.shots("4-cancelled").await?;
    assert_eq!(Amount(chain.balance(trainer).await?.0 - before.0), Amount::mdc(50));
    browser.quit().await
}
