//! What a newcomer finds after `cargo xtask start`: samples in three states, search, filters, deep links, a re-check.

use anyhow::Result;
use devchain::bounty::samples;
use e2e::{Browser, Person, Profile, Stack};

use crate::steps;

#[tokio::test]
async fn samples_are_there_to_read_search_and_check() -> Result<()> {
    let stack = Stack::start().await?;
    samples::play(&stack.chain, &stack.url, &steps::datasets(), |_| {}).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);

    person.visit("/").await?;
    person.sees("Handwritten digits").await?;
    person.sees("125 MDC").await?;
    browser.shots("0-start").await?;

    person.presses("see-bounties").await?;
    person.sees("Breast cancer").await?;
    browser.shots("0-bounties").await?;
    person.presses("filter-settled").await?;
    person.sees_no_more("Handwritten digits").await?;
    person.sees("Breast cancer").await?;
    // The filter is in the address: a reload keeps it.
    browser.driver.refresh().await?;
    person.sees("Breast cancer").await?;
    person.sees_no_more("Handwritten digits").await?;
    person.visit("/bounties?search=iris").await?;
    person.sees("Iris species").await?;
    person.sees_no_more("Breast cancer").await?;
    person.visit("/bounties?search=nothing-like-this").await?;
    person.sees("Nothing matches").await?;
    browser.shots("0-nothing").await?;
    person.visit("/bounties?sort=reward").await?;
    person.sees("Breast cancer").await?;
    let first = person.finds("//table[@id='bounties']/tbody/tr[1]").await?.text().await?;
    assert!(first.contains("Handwritten digits"), "250 MDC is the highest reward, but first is {first}");

    person.visit("/bounties/1").await?;
    person.presses("recheck-scores").await?;
    person.sees("The chain says the same").await?;
    browser.shots("0-settled").await?;
    person.visit("/bounties/2").await?;
    person.sees("Claiming").await?;
    browser.shots("0-claiming").await?;
    person.visit("/bounties/99").await?;
    person.sees("There is no bounty 99 on this chain").await?;
    browser.shots("0-no-bounty").await?;
    browser.quit().await
}
