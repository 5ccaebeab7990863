//! Journey 3: the requester never reveals; anyone times it out; trainers withdraw their shares.

use anyhow::Result;
use devchain::{model::Effort, samples::submit};
use e2e::{Browser, House, Person, Profile};
use protocol::Amount;

use crate::steps;

#[tokio::test]
async fn trainers_share_the_reward_of_a_silent_requester() -> Result<()> {
    requester_stays_silent(&House::start().await?).await
}

/// The same through a node that limits, keeps waiting, lags, and leaves out.
#[tokio::test]
async fn the_same_through_a_strict_node() -> Result<()> {
    let house = House::behind_strict_node().await?;
    requester_stays_silent(&house).await?;
    house.nothing_was_pressed();
    Ok(())
}

async fn requester_stays_silent(house: &House) -> Result<()> {
    let [_, requester, one, two, stranger, ..] = house.chain.accounts[..] else { panic!("ten accounts") };
    let prepared = steps::posted(house, requester).await?;
    for trainer in [one, two] {
        house.chain.fund(trainer).await?;
        submit(&house.chain, &house.url, &prepared, trainer, Effort::Poor).await?;
    }
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, house);
    person.visit("/bounties/1").await?;
    person.presses("pass-time").await?;
    person.sees("Awaiting truth").await?;
    person.presses("pass-time").await?;
    person.sees("Truth overdue").await?;
    person.connects(stranger).await?;
    browser.shots("3-overdue").await?;
    person.presses("end-overdue").await?;
    person.sees("Forfeited: each trainer may collect 50 MDC").await?;
    for trainer in [one, two] {
        person.connects(trainer).await?;
        person.sees("55 MDC are due to you").await?;
        if trainer == one {
            browser.shots("3-collect").await?;
        }
        let before = house.chain.balance(trainer).await?;
        person.presses("collect").await?;
        person.sees(&format!("{} collected 55 MDC", trainer.short())).await?;
        let gained = house.chain.balance(trainer).await?.0 - before.0;
        assert_eq!(Amount(gained), Amount::mdc(55), "half the reward and the stake");
    }
    browser.quit().await
}
