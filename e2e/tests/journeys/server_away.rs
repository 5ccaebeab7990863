//! Journey 7: the server stops in the middle; the page goes on from the chain and says that the list is stale.

use anyhow::Result;
use devchain::{model::Effort, samples::submit};
use e2e::{Browser, House, Person, Profile};

use crate::steps;

#[tokio::test]
async fn the_page_reads_the_chain_while_the_server_is_away() -> Result<()> {
    let mut house = House::start().await?;
    let [_, requester, trainer, ..] = house.chain.accounts[..] else { panic!("ten accounts") };
    let prepared = steps::posted(&house, requester).await?;
    house.chain.fund(trainer).await?;
    submit(&house.chain, &house.url, &prepared, trainer, Effort::Poor).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &house);
    person.visit("/bounties/1").await?;
    person.sees("1 submission").await?;

    house.stop_server().await?;
    person.sees("The ModelMarket server is away").await?;
    // What happens on chain meanwhile is seen all the same.
    house.chain.market(trainer, bounty::calls::withdraw(1)).await?;
    person.sees("withdrew and got 5 MDC back").await?;
    browser.shots("7-server-away").await?;
    person.follows("/bounties").await?;
    person.sees("This list is read from the chain now").await?;
    person.sees("Bounty 1").await?;
    browser.shots("7-list-from-chain").await?;

    house.start_server().await?;
    person.sees_no_more("This list is read from the chain now").await?;
    person.sees("Iris species").await?;
    browser.quit().await
}
