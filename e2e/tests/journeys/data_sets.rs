//! A data set stays with its owner: published, found by a column's name, asked for, refused with a text, granted.

use anyhow::Result;
use e2e::{Browser, Person, Profile, Stack};

use crate::steps;

const NAME: &str = "Patients of the clinic";
const REASON: &str = "Not before the board has met. Ask again in May.";

/// Presses a box, wherever it is scrolled to.
async fn ticks(person: &Person<'_>, id: &str) -> Result<()> {
    person.finds(&format!("//input[@id='{id}']")).await?;
    let script = "document.getElementById(arguments[0]).click()";
    person.browser.driver.execute(script, vec![id.into()]).await?;
    Ok(())
}

#[tokio::test]
async fn an_owner_publishes_and_grants_and_no_row_leaves_the_browser() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, owner, user, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    let profiles = [Profile::fresh()?, Profile::fresh()?];
    let browsers = [Browser::open(&profiles[0], &[]).await?, Browser::open(&profiles[1], &[]).await?];
    let [clinic, asks] = [0, 1].map(|at: usize| Person::new(&browsers[at], &stack));

    // Who is no organisation is told so, and joins.
    clinic.visit("/data/new").await?;
    clinic.connects(owner).await?;
    clinic.sees("Join the directory first").await?;
    clinic.visit("/data/mine").await?;
    clinic.connects(owner).await?;
    clinic.fills("org-name", "Clinic South").await?;
    browsers[0].shots("data-join").await?;
    clinic.presses("save-organisation").await?;
    clinic.sees("Takes part").await?;

    // A name of 128 characters is stopped before anything can be signed.
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("long.csv");
    std::fs::write(&file, format!("id,{}\n1,2\n2,3\n", "x".repeat(128)))?;
    clinic.visit("/data/new").await?;
    clinic.connects(owner).await?;
    clinic.chooses_file("own-file", &file).await?;
    clinic.presses("check-table").await?;
    clinic.sees("128").await?;
    assert!(!clinic.is_shown("publish-dataset").await?, "nothing can be published");

    // The table: the key is found by its name, one column is hidden.
    let table = steps::datasets().join("learn/clinic.csv");
    clinic.chooses_file("own-file", &table).await?;
    clinic.sees("bmi").await?;
    clinic.fills("data-name", NAME).await?;
    ticks(&clinic, "visible-1").await?;
    clinic.presses("check-table").await?;
    clinic.sees("What leaves this browser").await?;
    clinic.sees("400 rows and 6 columns").await?;
    clinic.sees("1 hidden column").await?;
    browsers[0].shots("data-publish").await?;
    clinic.presses("publish-dataset").await?;
    clinic.sees("1 column not named here").await?;

    // Somebody else finds it by a column's name.
    asks.visit("/data?column=BMI").await?;
    asks.connects(user).await?;
    asks.sees(NAME).await?;
    asks.sees("Clinic South").await?;
    browsers[1].shots("data-market").await?;
    asks.visit("/data?column=pulse").await?;
    asks.sees("No data set here").await?;
    asks.visit("/data/sets/1").await?;
    asks.connects(user).await?;
    asks.finds("//input[@id='use-4']").await?;
    asks.fills("times", "4").await?;
    asks.sees("3 MDC for 3, since no more tasks may start").await?;
    browsers[1].shots("data-apply").await?;
    asks.presses("apply").await?;
    asks.sees("Waits for the owner").await?;

    // The owner reads what is asked, and refuses with a text.
    clinic.visit("/work").await?;
    clinic.connects(owner).await?;
    clinic.sees("Decide on a request").await?;
    browsers[0].shots("data-work").await?;
    clinic.visit("/data/grants/1").await?;
    clinic.connects(owner).await?;
    clinic.sees("Train an exact linear model").await?;
    clinic.sees("bmi").await?;
    clinic.fills("refusal", REASON).await?;
    browsers[0].shots("data-decide").await?;
    clinic.presses("refuse").await?;
    clinic.sees("Refused").await?;

    // The applicant reads it, and asks once more.
    asks.visit("/data/requests").await?;
    asks.connects(user).await?;
    asks.sees(REASON).await?;
    browsers[1].shots("data-requests").await?;
    asks.visit("/data/sets/1").await?;
    asks.connects(user).await?;
    asks.finds("//input[@id='use-4']").await?;
    asks.fills("times", "4").await?;
    asks.presses("apply").await?;
    asks.sees("Waits for the owner").await?;
    clinic.visit("/data/grants/2").await?;
    clinic.connects(owner).await?;
    clinic.presses("approve").await?;
    clinic.sees("Approved").await?;
    asks.sees("4 of 4 uses left").await?;
    browsers[1].shots("data-granted").await?;

    // The table is where it was.
    clinic.visit("/data/mine").await?;
    clinic.sees("The table is in this browser").await?;
    browsers[0].shots("data-mine").await?;
    let [one, two] = browsers;
    one.quit().await?;
    two.quit().await
}
