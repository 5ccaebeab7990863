//! How often a page asks the node: for a long history while it is opened, and while nobody uses it.

use std::time::Duration;

use anyhow::Result;
use e2e::{Browser, Person, Profile, Stack};
use rpc::testing::Rules;

use crate::steps;

/// Ten requests a minute while the tab is idle, with a history that came from the server; none while it is hidden. What
/// is measured is a count over a stretch of the strict node's own clock, which is waited for.
#[tokio::test]
async fn an_idle_tab_asks_seldom_and_a_hidden_one_never() -> Result<()> {
    let stack = Stack::behind_strict_node().await?;
    let Some(proxy) = &stack.strict else { unreachable!("it was started with one") };
    proxy.strict.now(Rules::default());
    steps::two_old_bounties(&stack).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    let alone = steps::opens_first_old_bounty(&person, proxy).await?;
    let offered = steps::opens_second_old_bounty(&person, proxy).await?;
    assert!(alone > steps::OLD / steps::RANGE, "{alone} requests for a history from the node alone");
    assert!(offered < alone / 2, "{offered} requests where the server offers it, {alone} where it does not");
    let passed = async |from: Duration, time: Duration| {
        while proxy.strict.elapsed() < from + time {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    // A person counts as being there for a minute after what they did last.
    let opened = proxy.strict.elapsed();
    passed(opened, Duration::from_secs(80)).await;
    let idle = proxy.strict.elapsed();
    passed(idle, Duration::from_secs(120)).await;
    let asked = proxy.strict.asked_by("page", idle, idle + Duration::from_secs(120));
    let seen = proxy.strict.seen();
    let idle_ones = seen.iter().filter(|seen| seen.who == "page" && seen.at >= idle);
    let idle_ones: Vec<_> = idle_ones.map(|seen| (seen.at.as_secs(), &seen.methods)).collect();
    assert!(asked <= 20, "{asked} requests in two idle minutes: {idle_ones:?}");
    assert!(asked > 0, "and the head is still followed");

    // Another tab in front hides this one.
    let handle = browser.driver.new_tab().await?;
    browser.driver.switch_to_window(handle).await?;
    browser.driver.goto("about:blank").await?;
    let hidden = proxy.strict.elapsed();
    // What was under way ends.
    passed(hidden, Duration::from_secs(5)).await;
    let hidden = proxy.strict.elapsed();
    passed(hidden, Duration::from_secs(60)).await;
    let asked = proxy.strict.asked_by("page", hidden, hidden + Duration::from_secs(60));
    assert_eq!(asked, 0, "a hidden tab asks nothing");
    browser.quit().await
}
