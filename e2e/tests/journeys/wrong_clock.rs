//! Deadlines are block times: a device that is two hours fast or slow changes nothing, also while the chain makes no blocks.

use anyhow::Result;
use e2e::{Browser, Person, Profile, Stack};
use serde_json::json;

use crate::steps;

#[tokio::test]
async fn a_device_two_hours_off_changes_nothing() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, requester, trainer, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    // Open for ten minutes.
    steps::posted(&stack, requester).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    browser.has_wrong_clock().await?;
    let person = Person::new(&browser, &stack);
    let is_open = async |ahead: i64| -> Result<()> {
        person.visit(&format!("/bounties/1?ahead={ahead}")).await?;
        person.connects(trainer).await?;
        person.finds("//input[@id='predictions-file']").await?;
        person.sees("Open").await?;
        for wrong in ["Ground truth overdue", "Awaiting ground truth", "Anyone can end the bounty now", "h ago"] {
            assert!(!person.is_seeing(wrong).await?, "{wrong} with a clock {ahead} s ahead");
        }
        person.visit(&format!("/bounties?ahead={ahead}")).await?;
        person.sees("Iris").await?;
        person.sees("in 9 min").await?;
        assert!(!person.is_seeing("h ago").await?, "the list, with a clock {ahead} s ahead");
        Ok(())
    };
    for ahead in [7_200, -7_200] {
        is_open(ahead).await?;
    }
    // The chain makes no more blocks.
    stack.chain.request("evm_setIntervalMining", json!([0])).await?;
    for ahead in [7_200, -7_200] {
        is_open(ahead).await?;
    }
    browser.shots("wrong-clock").await?;
    // Its own clock is moved beyond the deadline, two hours from what the device says: now it has ended.
    stack.chain.request("evm_increaseTime", json!([700])).await?;
    stack.chain.request("evm_mine", json!([])).await?;
    person.visit("/bounties/1?ahead=-7200").await?;
    person.sees("Awaiting ground truth").await?;
    browser.quit().await
}
