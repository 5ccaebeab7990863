//! Journey 7: the server stops in the middle; the page goes on from the chain and says that the list is stale.

use anyhow::Result;
use e2e::{Browser, Person, Profile, Stack};

use crate::steps;

#[tokio::test]
async fn the_page_reads_the_chain_while_the_server_is_away() -> Result<()> {
    let mut stack = Stack::start().await?;
    let [_, requester, trainer, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    steps::posted_and_submitted(&stack, requester, trainer).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/bounties/1").await?;
    person.sees("1 submission").await?;

    stack.stop_server().await?;
    person.sees("The ModelMarket server is away").await?;
    // What happens on chain meanwhile is seen all the same.
    stack.chain.send_to_bounty_market(trainer, bounty::calls::withdraw(1)).await?;
    person.sees("withdrew and got 5 MDC back").await?;
    browser.shots("7-server-away").await?;
    person.follows("/bounties").await?;
    person.sees("This list is read from the chain now").await?;
    person.sees("Bounty 1").await?;
    browser.shots("7-list-from-chain").await?;

    stack.start_server().await?;
    person.sees_no_more("This list is read from the chain now").await?;
    person.sees("Iris species").await?;
    browser.quit().await
}
