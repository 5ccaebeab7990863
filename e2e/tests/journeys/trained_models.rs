//! Somebody publishes a model from the page, and takes it off the list; winners whose files do not hold what they promise.

use anyhow::{Context, Result};
use devchain::bounty::{
    Offer,
    model::{Effort, Learned},
    samples::{self, IRIS, Prepared},
};
use e2e::{Browser, Person, Profile, Stack};
use protocol::Address;
use serde_json::Value;
use thirtyfour::Key;

use crate::{
    running::{exported, predicts_first_row},
    steps,
};

#[tokio::test]
async fn a_model_is_published_used_and_taken_off_the_list() -> Result<()> {
    let stack = Stack::start().await?;
    let files = exported()?;
    let publisher = stack.chain.accounts[3];
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/run").await?;
    person.chooses_file("onnx-file", &files.join("xgboost.onnx")).await?;
    person.sees("Connect a wallet to publish.").await?;
    person.connects(publisher).await?;
    // What a list could not show is refused before anything is stored.
    person.fills("field-name", "").await?;
    person.fills("field-name", " ").await?;
    person.sees("Give it a name; people find it by that.").await?;
    person.fills("field-name", "Three classes of a journey").await?;
    person.finds("//textarea[@id='model-description']").await?.send_keys("Tells three classes by numbers").await?;
    browser.shots("m-publish").await?;
    person.finds("//button[@id='publish-model'][not(@disabled)]").await?.click().await?;
    person.sees("Published as").await?;
    person.sees("Take it off the list").await?;
    browser.shots("m-published").await?;

    // Somebody without a wallet finds it, and it says what onnxruntime says.
    let fresh = Profile::fresh()?;
    let elsewhere = Browser::open(&fresh, &[]).await?;
    let visitor = Person::new(&elsewhere, &stack);
    visitor.visit("/models/trained").await?;
    visitor.sees("Tells three classes by numbers").await?;
    visitor.chooses("Three classes of a journey").await?;
    visitor.sees("Model card").await?;
    predicts_first_row(&visitor, files).await?;
    elsewhere.quit().await?;

    person.presses("withdraw-model").await?;
    person.sees("It is off the list. Whoever has the CID can still fetch the file.").await?;
    person.visit("/models/trained").await?;
    person.sees("No trained model here").await?;
    browser.shots("m-no-models").await?;
    browser.quit().await
}

/// A settled bounty whose only trainer revealed good predictions and this file.
async fn won(
    stack: &Stack,
    requester: Address,
    trainer: Address,
    file: impl FnOnce(&Prepared) -> Result<Vec<u8>>,
) -> Result<u64> {
    let offer = Offer { classes: 3, open_for: 120, window: 600, ..Offer::default() };
    let (chain, server) = (&stack.chain, &stack.url);
    let prepared = samples::post(chain, server, &steps::datasets(), &IRIS, requester, &offer).await?;
    let file = file(&prepared)?;
    let posted = &prepared.posted;
    let learned = Learned { file, ..samples::learned(chain, &prepared, Effort::Good)? };
    let submitted = samples::submit_learned(chain, server, &prepared, trainer, learned).await?;
    chain.reveal_truth(posted).await?;
    chain.claim(posted, &submitted).await?;
    chain.reveal_prediction(posted, &submitted).await?;
    Ok(posted.id)
}

#[tokio::test]
async fn winners_that_are_not_what_they_promise_are_told() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, requester, trainer, other, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    for account in [requester, trainer, other] {
        stack.chain.fund(account).await?;
    }
    // A model that was trained on one column, beside the predictions of a better one.
    let poor = |prepared: &Prepared| Ok(samples::learned(&stack.chain, prepared, Effort::Poor)?.file);
    let differing = won(&stack, requester, trainer, poor).await?;
    let no_model = won(&stack, requester, trainer, |_| Ok(b"weights = pickle.loads(data)".to_vec())).await?;

    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit(&format!("/bounties/{differing}")).await?;
    person.connects(other).await?;
    person.presses("reproduce").await?;
    let compared = "const found = document.querySelector('#compared')?.dataset;
        return !!found && found.rows === '30' && Number(found.equal) < 30 && document.querySelectorAll('.differing tbody tr').length > 0";
    person.until("rows that differ", compared, "").await?;
    browser.shots("m-differing").await?;
    person.presses("attest").await?;
    let counted = "return document.querySelector('#reproduced')?.dataset.differing === arguments[0]";
    person.until("the difference on chain", counted, "1").await?;
    person.sees("reproduced by nobody yet").await?;
    browser.shots("m-differing-attested").await?;
    let counted = |list: &Value| {
        let row = |row: &&Value| row["source"]["bounty"] == differing;
        let row = list["rows"].as_array().and_then(|rows| rows.iter().find(row));
        row.is_some_and(|row| row["source"]["reproductions"]["differing"] == 1)
    };
    stack.answers("/api/trained-models", counted).await?;

    // The address of the file alone is enough to find the bounty, its columns and its test rows.
    let link = person.finds("//a[@id='try-it']").await?.attr("href").await?.context("an address")?;
    person.visit(link.split('?').next().context("a path")?).await?;
    person.finds("//input[@data-field='sepal_length_cm']").await?;
    person.presses("example").await?;
    person.sees("Ran on ").await?;
    // Tabs are chosen by the arrow keys, and hold the keyboard.
    person.finds("//button[@id='way-row'][@aria-selected='true']").await?.send_keys(Key::Right).await?;
    person.finds("//div[@role='tabpanel'][@aria-labelledby='way-table']//input[@id='table-file']").await?;
    person.until("the keyboard on the tab", "return document.activeElement.id === 'way-table'", "").await?;
    browser.shots("m-by-its-cid").await?;

    person.visit(&format!("/bounties/{no_model}")).await?;
    person.presses("reproduce").await?;
    person.sees("The page cannot run this model.").await?;
    person.sees("You can still download the model and run it yourself.").await?;
    browser.shots("m-no-onnx").await?;
    person.presses("try-it").await?;
    person.sees("This model cannot be run here").await?;
    browser.shots("m-no-onnx-tried").await?;
    browser.quit().await
}
