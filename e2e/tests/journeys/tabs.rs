//! Many tabs of the page at once.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use devchain::bounty::{model::Effort, samples};
use e2e::{Browser, PATIENCE, Person, Profile, Stack};

use crate::steps;

/// More than the six connections that a browser gives to a host.
const WINDOWS: usize = 8;

/// All tabs hear the server through one stream, so that requests are answered however many there are; a page that nobody
/// sees holds none.
#[tokio::test]
async fn any_number_of_tabs_holds_one_stream_and_a_hidden_one_none() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, requester, rival, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    stack.chain.fund(rival).await?;
    let prepared = steps::posted(&stack, requester).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    let driver = &browser.driver;
    person.visit("/bounties/1").await?;
    person.sees("Open").await?;
    listeners(&stack, 1).await?;

    // A tab in front hides the page.
    let first = driver.window().await?;
    let front = driver.new_tab().await?;
    driver.switch_to_window(front.clone()).await?;
    driver.goto("about:blank").await?;
    listeners(&stack, 0).await?;
    driver.close_window().await?;
    driver.switch_to_window(first.clone()).await?;
    listeners(&stack, 1).await?;

    // Windows stand beside each other and are all seen.
    let mut windows = vec![first.clone()];
    for _ in 1..WINDOWS {
        let window = driver.new_window().await?;
        driver.switch_to_window(window.clone()).await?;
        person.visit("/bounties/1").await?;
        person.sees("Open").await?;
        windows.push(window);
    }
    listeners(&stack, 1).await?;
    samples::submit(&stack.chain, &stack.url, &prepared, rival, Effort::Poor).await?;
    for window in &windows {
        driver.switch_to_window(window.clone()).await?;
        person.sees("1 submission").await?;
    }

    // The one that held the stream goes; another takes it over.
    driver.switch_to_window(first).await?;
    driver.close_window().await?;
    driver.switch_to_window(windows[1].clone()).await?;
    listeners(&stack, 1).await?;
    browser.quit().await
}

/// Waits until the server counts so many open streams.
async fn listeners(stack: &Stack, wanted: u32) -> Result<()> {
    let since = Instant::now();
    loop {
        let metrics = reqwest::get(format!("{}/metrics", stack.url)).await?.text().await?;
        if metrics.lines().any(|line| line == format!("modelmarket_live_listeners {wanted}")) {
            return Ok(());
        }
        if since.elapsed() > PATIENCE {
            bail!("waited in vain for {wanted} open streams");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
