//! A visitor without a wallet: finds the sample models, predicts with all three, reads what was taught, checks the
//! accuracy, and is told what is wrong with an address that is no model.

use anyhow::{Context, Result};
use devchain::shared_model::samples;
use e2e::{Browser, Person, Profile, Stack};
use protocol::Address;
use rpc::testing::Rules;
use serde_json::Value;
use shared_model::api::ModelList;

use crate::steps;

async fn model(stack: &Stack, name: &str) -> Result<Address> {
    let first =
        |list: &Value| serde_json::from_value::<ModelList>(list.clone()).ok()?.rows.first().map(|row| row.address);
    stack.answered(&format!("/api/models?search={name}"), first).await
}

#[tokio::test]
async fn a_visitor_predicts_and_checks_without_a_wallet() -> Result<()> {
    let stack = Stack::start().await?;
    plays(&stack).await?;
    predicts_and_checks(&stack).await
}

/// The sample models, made and taught.
async fn plays(stack: &Stack) -> Result<()> {
    samples::play(&stack.chain, &stack.url, &steps::datasets(), |_| {}).await
}

/// The same through a node that limits, keeps waiting, lags, and leaves out. It begins to when the models are there: to
/// make them, each of some dozen originals waits for the server, which waits for the node.
#[tokio::test]
async fn the_same_through_a_strict_node() -> Result<()> {
    let stack = Stack::behind_strict_node().await?;
    let Some(proxy) = &stack.strict else { unreachable!("it was started with one") };
    proxy.strict.now(Rules::default());
    plays(&stack).await?;
    proxy.strict.now(Rules::all());
    predicts_and_checks(&stack).await?;
    stack.nothing_was_pressed();
    Ok(())
}

async fn predicts_and_checks(stack: &Stack) -> Result<()> {
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, stack);

    person.visit("/models").await?;
    person.sees("Film reviews").await?;
    person.sees("Handwritten digits").await?;
    browser.shots("s-models").await?;
    person.presses("filter-points").await?;
    person.sees_no_more("Film reviews").await?;
    person.visit("/models?sort=accuracy").await?;
    let first = person.finds("//table[@id='models']/tbody/tr[1]").await?.text().await?;
    assert!(first.contains("Breast cancer"), "the most accurate model is first, not {first}");

    // Text.
    person.chooses("Film reviews").await?;
    let area = person.finds("//textarea[@id='original-text']").await?;
    area.send_keys("zzzz qqqq").await?;
    person.sees("no word that this model knows").await?;
    area.clear().await?;
    area.send_keys("A moving, funny and beautiful film with the best performances of the year").await?;
    person.sees("positive").await?;
    let verdict = "return document.querySelector('#prediction .verdict')?.innerText === arguments[0]";
    person.until("a positive verdict", verdict, "positive").await?;
    person.presses("ask-contract").await?;
    person.sees("The contract says: positive.").await?;
    browser.shots("s-predict-text").await?;
    area.clear().await?;
    area.send_keys("A boring, stupid and pointless mess, dull and too long").await?;
    person.until("a negative verdict", verdict, "negative").await?;

    // What was taught, with originals that match the chain.
    person.presses("tab-others").await?;
    person.sees("matches the chain").await?;
    browser.shots("s-others").await?;
    person.presses("tab-leaderboard").await?;
    person.finds("//table[@id='leaderboard']/tbody/tr").await?;
    browser.shots("s-leaderboard").await?;
    person.presses("tab-accuracy").await?;
    person.sees("13 points proven").await?;
    person.presses("replay").await?;
    person.sees("13 points recomputed; the server's history is the same").await?;
    browser.shots("s-accuracy").await?;
    person.presses("tab-about").await?;
    person.sees("Refund after").await?;
    browser.shots("s-about").await?;

    // A drawing: a vertical stroke is a one.
    person.visit(&format!("/models/{}", model(stack, "digits").await?)).await?;
    let pad = person.finds("//canvas").await?;
    let strokes = browser.driver.action_chain();
    strokes
        .move_to_element_with_offset(&pad, 0, -80)
        .click_and_hold()
        .move_to_element_with_offset(&pad, 0, 0)
        .move_to_element_with_offset(&pad, 0, 80)
        .release()
        .perform()
        .await?;
    person.until("a digit", verdict, "1").await?;
    browser.shots("s-predict-drawing").await?;

    // Numbers: a row as it stands in the CSV, then one that is too short.
    person.visit(&format!("/models/{}", model(stack, "breast").await?)).await?;
    let csv = std::fs::read_to_string(steps::dataset("breast_cancer.csv"))?;
    let row = csv.lines().nth(1).context("the file has rows")?;
    let (numbers, label) = row.rsplit_once(',').context("the label is the last column")?;
    let field = person.finds("//input[@id='original-row']").await?;
    field.send_keys("1, 2, 3").await?;
    person.sees("The row has 3 cells, but the model takes 30 numbers").await?;
    field.clear().await?;
    field.send_keys(numbers).await?;
    person.until("the row's own label", verdict, label).await?;
    browser.shots("s-predict-numbers").await?;

    // Addresses that are no models, each with its reason.
    person.visit("/models/0x00000000000000000000000000000000000000aa").await?;
    person.sees("There is no contract at").await?;
    person.visit(&format!("/models/{}", stack.chain.coin_address()?)).await?;
    person.sees("its code is not one that this page knows").await?;
    browser.shots("s-no-model").await?;
    person.visit("/models/hello").await?;
    person.sees("This is no address").await?;

    // The safety switch hides what strangers wrote, model by model.
    person.visit("/settings").await?;
    person.finds("//input[@id='hide-strangers']").await?.click().await?;
    person.visit(&format!("/models/{}", model(stack, "film").await?)).await?;
    person.sees("come from strangers and are hidden").await?;
    assert!(!person.is_seeing("Film reviews").await?);
    person.presses("show-texts").await?;
    person.sees("Film reviews").await?;
    browser.quit().await
}
