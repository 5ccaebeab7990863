//! Journey 2: the best claimant stays silent; the second is paid, the first slashed.

use anyhow::Result;
use bounty::Ending;
use devchain::bounty::{model::Effort, samples::submit};
use e2e::{Browser, Person, Profile, Stack};
use protocol::Amount;

use crate::steps;

#[tokio::test]
async fn the_second_is_paid_and_the_silent_first_slashed() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, requester, silent, second, stranger, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    let chain = &stack.chain;
    for trainer in [silent, second] {
        chain.fund(trainer).await?;
    }
    let prepared = steps::posted(&stack, requester).await?;
    let best = submit(chain, &stack.url, &prepared, silent, Effort::Good).await?;
    let poor = submit(chain, &stack.url, &prepared, second, Effort::Poor).await?;
    chain.reveal_truth(&prepared.posted).await?;
    let high = chain.claim(&prepared.posted, &best).await?;
    let low = chain.claim(&prepared.posted, &poor).await?;
    assert!(high > low, "the silent one claims more: {high} against {low}");
    chain.reveal_prediction(&prepared.posted, &poor).await?;

    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/bounties/1").await?;
    person.sees("Revealing").await?;
    person.connects(stranger).await?;
    browser.shots("2-revealing").await?;
    person.presses("pass-time").await?;
    person.sees("Ready to settle").await?;
    let before = chain.balance(second).await?;
    person.presses("settle").await?;
    person.sees("stayed silent").await?;
    browser.shots("2-settled-silent").await?;
    person.presses("slash").await?;
    person.sees("the stake is lost").await?;

    let bounty = chain.bounty(1).await?;
    assert!(matches!(bounty.ending, Some(Ending::Settled { winner, .. }) if winner == second));
    let gained = chain.balance(second).await?.0 - before.0;
    assert_eq!(Amount(gained), Amount::mdc(100 + 5 + 5), "reward, own stake, and the silent one's");
    browser.quit().await
}
