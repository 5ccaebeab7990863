//! A node that leaves events out: the page says so, what can be done comes from the contract, and what was left out is
//! there as soon as a node tells it.

use anyhow::Result;
use e2e::{Browser, Person, Profile, Stack};
use rpc::testing::Rules;

use crate::steps;

#[tokio::test]
async fn what_a_node_leaves_out_is_said_and_never_decides() -> Result<()> {
    let stack = Stack::behind_strict_node().await?;
    let Some(proxy) = &stack.strict else { unreachable!("it was started with one") };
    let withdrawn = bounty::logs::withdrawn_topic();
    let hiding = Rules { hidden: Some(withdrawn), ..Rules::default() };
    proxy.strict.now(hiding);
    let [_, requester, trainer, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    steps::posted_and_submitted(&stack, requester, trainer).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/bounties/1").await?;
    person.sees("1 submission").await?;
    person.sees_no_more("left out").await?;

    stack.chain.send_to_bounty_market(trainer, bounty::calls::withdraw(1)).await?;
    person.sees("left out withdrawals").await?;
    browser.shots("left-out").await?;
    proxy.strict.now(Rules::default());
    person.sees("withdrew and got 5 MDC back").await?;
    person.sees_no_more("left out").await?;
    browser.quit().await
}
