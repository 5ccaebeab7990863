//! What posting a bounty keeps while a person goes back and forth, looks at something else, or loads the page again; and
//! where the keyboard is meanwhile.

use anyhow::Result;
use e2e::{Browser, Person, Profile, Stack};

use crate::steps;

#[tokio::test]
async fn steps_stand_in_the_address_and_nothing_that_was_typed_is_lost() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, requester, other, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    let driver = &browser.driver;

    // The first Tab leads past the rail.
    person.visit("/settings").await?;
    person.sees("Appearance").await?;
    driver.execute("document.querySelector('.skip').click()", vec![]).await?;
    keyboard_is_at_the_content(&person).await?;

    person.connects(requester).await?;
    person.takes_airdrop().await?;
    person.visit("/").await?;
    person.follows("/bounties").await?;
    person.sees("Every request for a model").await?;
    keyboard_is_at_the_content(&person).await?;
    person.visit("/new").await?;
    person.chooses_file("data-file", &steps::dataset("iris.csv")).await?;
    person.sees("What the file looks like").await?;
    person.presses("next-step").await?;
    person.sees("The file is well formed").await?;
    titled(&person, "Check and split · Post a bounty · ModelMarket").await?;
    keyboard_is_at_the_content(&person).await?;
    person.presses("split").await?;
    person.sees("The test labels are in this browser only").await?;
    person.presses("next-step").await?;
    person.fills("field-title", "Flowers of three kinds").await?;

    // Back and forward in the browser are back and forward in the wizard.
    driver.back().await?;
    person.sees("The test labels are in this browser only").await?;
    driver.back().await?;
    person.sees("What the file looks like").await?;
    driver.forward().await?;
    driver.forward().await?;
    person
        .until(
            "the title",
            "return document.getElementById('field-title')?.value === arguments[0]",
            "Flowers of three kinds",
        )
        .await?;

    // Another page, and back: the file is still chosen, and split.
    person.follows("/bounties").await?;
    person.sees("Every request for a model").await?;
    driver.back().await?;
    person.presses("next-step").await?;
    person.sees("Post and lock 100 MDC").await?;

    // Another account could never make the labels of this split again, so it cannot post it.
    person.connects(other).await?;
    person.sees("You have split for another account").await?;
    assert!(!person.is_shown("post-bounty").await?);
    person.connects(requester).await?;

    // A page that is loaded again has no file; what was typed is there.
    driver.refresh().await?;
    person.sees("choose the data once more").await?;
    person.sees("What you typed here before is filled in").await?;
    browser.shots("wizard-loaded-again").await?;
    person.chooses_file("data-file", &steps::dataset("iris.csv")).await?;
    person.sees("What the file looks like").await?;
    person.presses("next-step").await?;
    person.presses("split").await?;
    person.sees("The test labels are in this browser only").await?;
    person.presses("next-step").await?;
    assert_eq!(
        person.finds("//input[@id='field-title']").await?.prop("value").await?.unwrap_or_default(),
        "Flowers of three kinds"
    );
    person.presses("next-step").await?;
    person.presses("post-bounty").await?;
    person.sees("What happened").await?;

    // Whoever closes the browser now is not offered what was posted; the next one begins with nothing.
    let is_gone = "return !Object.keys(localStorage).some((key) => key.endsWith('draft.bounty'))";
    person.until("nothing kept of what was posted", is_gone, "").await?;
    person.follows("/bounties").await?;
    person.follows("/new").await?;
    person.sees("drop it here or choose it").await?;
    assert!(!person.is_seeing("What you typed here before is filled in").await?);
    assert!(!person.is_shown("next-step").await? || !person.is_seeing("What the file looks like").await?);
    browser.quit().await
}

async fn titled(person: &Person<'_>, title: &str) -> Result<()> {
    person.until(&format!("the title {title:?}"), "return document.title.endsWith(arguments[0])", title).await
}

async fn keyboard_is_at_the_content(person: &Person<'_>) -> Result<()> {
    let script = "return document.activeElement?.id === arguments[0]";
    person.until("the keyboard at the content", script, "content").await
}
