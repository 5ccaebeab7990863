//! Pages other than start and list come in later files: in the background, so that they work with the server away; and
//! where one could not be fetched, the page says so and tries again. Pages of data sets and of learning together come in the
//! fourth, which only those pay for who open one.

use anyhow::Result;
use e2e::{Browser, Person, Profile, Stack};
use serde_json::json;

#[tokio::test]
async fn every_page_works_after_the_server_went_away() -> Result<()> {
    let mut stack = Stack::start().await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/").await?;
    let fetched = "return performance.getEntriesByType('resource')
        .some(e => e.name.includes(arguments[0]) && e.responseStatus === 200)";
    person.until("the third file in the background", fetched, "/split_pages-").await?;

    stack.stop_server().await?;
    for (link, shown) in [
        ("/models", "Models that live on chain"),
        ("/work", "What waits for you"),
        ("/settings", "Kept in this browser"),
    ] {
        person.follows(link).await?;
        person.sees(shown).await?;
    }
    browser.quit().await
}

#[tokio::test]
async fn the_fourth_file_comes_with_the_first_of_its_pages_and_at_once_from_then_on() -> Result<()> {
    let mut stack = Stack::start().await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    let fetched = "return performance.getEntriesByType('resource')
        .some(e => e.name.includes(arguments[0]) && e.responseStatus === 200)";
    person.visit("/models").await?;
    person.sees("Models that live on chain").await?;
    let before = browser.driver.execute(fetched, vec![json!("/split_learning-")]).await?;
    assert_eq!(*before.json(), json!(false), "who does not learn together does not pay for it");
    person.follows("/data").await?;
    person.sees("Data").await?;
    person.until("the fourth file", fetched, "/split_learning-").await?;

    person.visit("/").await?;
    person.until("the fourth file in the background", fetched, "/split_learning-").await?;
    stack.stop_server().await?;
    person.follows("/learn").await?;
    person.sees("Learn").await?;
    person.sees_no_more("A part of the page is missing").await?;
    browser.quit().await
}

#[tokio::test]
async fn a_file_that_was_lost_is_fetched_again() -> Result<()> {
    let stack = Stack::start().await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    let cdp = browser.driver.cdp();
    cdp.send_raw("Network.enable", json!({})).await?;
    cdp.send_raw("Network.setBlockedURLs", json!({"urls": ["*/split_pages-*"]})).await?;
    person.visit("/settings").await?;
    person.sees("A part of the page is missing").await?;
    // The rest of the page is alive.
    person.follows("/bounties").await?;
    person.sees("Every request for a model").await?;
    person.follows("/settings").await?;
    person.sees("A part of the page is missing").await?;

    cdp.send_raw("Network.setBlockedURLs", json!({"urls": []})).await?;
    person.presses("fetch-again").await?;
    person.sees("Kept in this browser only").await?;
    browser.quit().await
}
