//! People look at the data: the requester before it is posted, the trainer before anything is staked.

use anyhow::Result;
use e2e::{Browser, Person, Profile, Stack};

use crate::steps;

#[tokio::test]
async fn data_is_looked_at_before_it_is_posted_and_a_filled_template_is_committed() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, requester, trainer, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    stack.chain.fund(requester).await?;
    stack.chain.fund(trainer).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);

    person.visit("/new").await?;
    person.connects(requester).await?;
    // Of many columns all can be reached.
    person.chooses_file("data-file", &steps::dataset("digits.csv")).await?;
    person.sees("1–24 of 65").await?;
    person.chooses("Next").await?;
    person.sees("25–48 of 65").await?;
    person.chooses_file("data-file", &steps::dataset("iris.csv")).await?;
    // The last column too.
    person.finds("//th[contains(., 'species') and contains(., 'label')]").await?;
    browser.shots("look-first-rows").await?;
    person.presses("next-step").await?;
    person.sees("All 150 rows were looked at.").await?;
    // As numpy counts sepal_length_cm; 50 of 150 rows.
    person.sees("4.3 … 7.9").await?;
    person.sees("is right in 33.3 % of them").await?;
    person.finds("//*[name()='svg'][starts-with(@aria-label, 'Histogram. 4.3 to 4.6: 5; 4.6 to 4.9: 11;')]").await?;
    browser.shots("look-columns").await?;
    person.presses("split").await?;
    person.sees("The test labels are in this browser only").await?;
    person.presses("next-step").await?;
    person.fills("field-title", "Irises to look at").await?;
    person.presses("next-step").await?;
    person.sees("Post and lock 100 MDC").await?;
    person.presses("post-bounty").await?;
    person.sees("What happened").await?;

    // Small files are there without a press, and both can be looked at.
    person.connects(trainer).await?;
    person.sees("All 120 rows were looked at.").await?;
    person.presses("look-test").await?;
    person.sees("All 30 rows were looked at.").await?;
    person.finds("//summary[@id='get-data']").await?.click().await?;
    person.sees("keep_default_na=False").await?;
    browser.shots("look-bounty").await?;

    person.presses("get-template").await?;
    let template = browser.downloaded("predictions-template.csv").await?;
    let text = std::fs::read_to_string(&template)?;
    assert_eq!(text.lines().count(), 31, "{text}");
    person.chooses_file("predictions-file", &template).await?;
    person.sees("30 valid labels").await?;
    let model = template.with_file_name("model.onnx");
    std::fs::write(&model, b"hashed only")?;
    person.chooses_file("model-file", &model).await?;
    person.sees("Submit and lock 5 MDC").await?;
    person.presses("commit").await?;
    person.sees("You have submitted").await?;
    assert_eq!(stack.chain.bounty(1).await?.active(), 1);
    browser.quit().await
}
