//! A trainer who never leaves the page wins a bounty; a visitor predicts with the model; others run it again.

use anyhow::Result;
use devchain::bounty::{
    Offer,
    model::Effort,
    samples::{self, BREAST_CANCER},
};
use e2e::{Browser, Person, Profile, Stack};
use protocol::Address;
use serde_json::Value;

use crate::steps;

#[tokio::test]
async fn a_model_trained_in_the_page_wins_and_is_reproduced() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, requester, trainer, rival, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    for account in [requester, rival] {
        stack.chain.fund(account).await?;
    }
    let offer = Offer { classes: 2, open_for: 1_200, window: 600, ..Offer::default() };
    let prepared =
        samples::post(&stack.chain, &stack.url, &steps::datasets(), &BREAST_CANCER, requester, &offer).await?;
    let other = samples::submit(&stack.chain, &stack.url, &prepared, rival, Effort::Poor).await?;

    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/bounties/1").await?;
    person.sees("Train here").await?;
    person.connects(trainer).await?;
    person.takes_airdrop().await?;
    person.presses("train-here").await?;
    browser.shots("t-options").await?;

    // Settings that make no sense are refused by name; then a network, which is stopped before its end.
    person.presses("algorithm-mlp").await?;
    person.fills("field-learning-rate", "fast").await?;
    person.presses("start-training").await?;
    person.sees("The learning rate must be a number").await?;
    person.presses("algorithm-logistic").await?;
    person.presses("algorithm-mlp").await?;
    steps::trains_for_long(&person, "512, 256").await?;
    browser.shots("t-training").await?;
    person.presses("stop-training").await?;
    person.sees("Stopped by you; this is the best until then.").await?;

    // Boosted trees to their end, and straight into the submission.
    person.presses("algorithm-trees").await?;
    person.presses("start-training").await?;
    person.sees_no_more("Stopped by you").await?;
    let trained =
        "const found = document.querySelector('#trained'); return !!found && Number(found.dataset.validation) > 0.85";
    person.until("a model that is good on rows kept aside", trained, "").await?;
    browser.shots("t-trained").await?;

    // All three at one press, side by side with the two before; the best is shown, and goes into the submission.
    person.presses("try-all").await?;
    let compared = "const rows = [...document.querySelectorAll('#runs tbody tr')];
        const best = rows.findIndex((row) => row.dataset.best === 'true');
        const shown = rows.findIndex((row) => row.querySelector('button').getAttribute('aria-pressed') === 'true');
        return rows.length === 5 && best >= 0 && best === shown && !document.querySelector('#stop-training')";
    person.until("five models side by side", compared, "").await?;
    person.finds("//summary[@id='training-evaluation']").await?.click().await?;
    browser.shots("t-three").await?;
    person.presses("use-trained").await?;
    person.sees(&format!("{} valid labels", prepared.posted.terms.test_rows)).await?;
    person.sees("Submit and lock 5 MDC").await?;
    person.presses("commit").await?;
    person.sees("You have submitted").await?;

    person.presses("pass-time").await?;
    person.sees("Awaiting ground truth").await?;
    stack.chain.reveal_truth(&prepared.posted).await?;
    stack.chain.claim(&prepared.posted, &other).await?;
    person.sees("This page counted your predictions").await?;
    person.presses("claim-score").await?;
    person.sees_no_more("Your turn: claim your score").await?;
    person.presses("pass-time").await?;
    person.presses("reveal-prediction").await?;
    person.sees("Settled").await?;
    steps::published(&stack, 1).await?;
    browser.quit().await?;

    // Somebody without a wallet runs the winner on the test data, and predicts with it.
    let fresh = Profile::fresh()?;
    let browser = Browser::open(&fresh, &[]).await?;
    let visitor = Person::new(&browser, &stack);
    visitor.visit("/models/trained").await?;
    visitor.sees("Breast cancer").await?;
    browser.shots("t-list").await?;
    visitor.visit("/bounties/1").await?;
    visitor.sees("reproduced by nobody yet").await?;
    visitor.presses("reproduce").await?;
    visitor.sees("rows are equal: this model makes the predictions that its trainer revealed").await?;
    visitor.sees("Connect a wallet to attest this on chain").await?;
    browser.shots("t-reproduced").await?;
    what_the_score_rests_on(&visitor, &browser, trainer, prepared.posted.terms.test_rows).await?;
    visitor.presses("try-it").await?;
    visitor.presses("example").await?;
    let answered = "return ['benign', 'malignant'].includes(document.querySelector('#prediction .verdict')?.innerText)";
    visitor.until("a class for the example", answered, "").await?;
    visitor.sees("Ran on ").await?;
    browser.shots("t-predicted").await?;

    // Attested under an address; another person reads it from the chain.
    visitor.visit("/bounties/1").await?;
    visitor.connects(requester).await?;
    visitor.presses("reproduce").await?;
    visitor.sees("rows are equal: this model makes").await?;
    visitor.presses("attest").await?;
    let counted = "return document.querySelector('#reproduced')?.dataset.reproduced === arguments[0]";
    visitor.until("the attestation on chain", counted, "1").await?;
    visitor.sees("You have attested what came out for you").await?;
    browser.shots("t-attested").await?;
    let reproduced = |list: &Value| list["rows"][0]["source"]["reproductions"]["reproduced"] == 1;
    stack.answers("/api/trained-models", reproduced).await?;
    browser.quit().await
}

/// Beside a revealed score: what is scored without looking, a quick model, the classes, the columns.
async fn what_the_score_rests_on(person: &Person<'_>, browser: &Browser, trainer: Address, rows: u32) -> Result<()> {
    person.sees("Always “benign”").await?;
    person.presses("train-quick").await?;
    let trained = "const right = (id) => Number(document.getElementById(id)?.dataset.right);
        return right('baseline-quick') > right('baseline-majority') && right('baseline-majority') > 0";
    person.until("a quick model that is better than the most frequent class", trained, "").await?;
    person.presses(&format!("details-{trainer}")).await?;
    let counted = "const cells = [...document.querySelectorAll('#score-details table.confusion')[0]?.querySelectorAll('td') ?? []];
        return cells.length === 4 && cells.reduce((sum, cell) => sum + Number(cell.innerText), 0) === Number(arguments[0])";
    person.until("every test row in the matrix", counted, &rows.to_string()).await?;
    let compared = "return document.querySelectorAll('#row-by-row li').length === 2";
    person.until("a comparison with both baselines", compared, "").await?;
    person.presses("start-importance").await?;
    person.until("columns that count", "return document.querySelectorAll('#importance meter').length > 5", "").await?;
    browser.shots("t-evidence").await
}
