//! What happens elsewhere takes nothing from who is at work: a node that fails, a submission of somebody else, another tab
//! of the same page, a file that was mended.

use anyhow::Result;
use devchain::bounty::{model::Effort, samples};
use e2e::{Browser, Person, Profile, Stack};

use crate::{
    running::{exported, first_row},
    steps,
};

/// Lets every question to the node that reads events fail, or no longer.
const NODE: &str = "
    window.untroubled ??= window.fetch;
    window.fetch = arguments[0] !== 'away' ? window.untroubled : async (request, ...more) => {
        const asked = request instanceof Request && request.method === 'POST' ? await request.clone().text() : '';
        if (asked.includes('eth_getLogs')) { throw new TypeError('the node is away'); }
        return window.untroubled(request, ...more);
    };
    return true";

#[tokio::test]
async fn training_and_a_submission_survive_what_happens_around_them() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, requester, trainer, rival, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    stack.chain.fund(rival).await?;
    let prepared = steps::posted(&stack, requester).await?;

    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/bounties/1").await?;
    person.connects(trainer).await?;
    person.takes_airdrop().await?;
    person.presses("train-here").await?;
    person.presses("algorithm-mlp").await?;
    steps::trains_for_long(&person, "256, 128").await?;

    // The node fails, which the next block tells; training goes on, and so does the page.
    person.until("the node going away", NODE, "away").await?;
    person.sees("What you see was read before.").await?;
    browser.shots("i-node-away").await?;
    person.until("the node coming back", NODE, "back").await?;
    person.sees_no_more("What you see was read before.").await?;
    person.presses("stop-training").await?;
    person.sees("Stopped by you; this is the best until then.").await?;
    person.presses("use-trained").await?;
    person.sees("Predictions and model are in the submission above.").await?;
    person.sees("30 valid labels.").await?;

    // Another file takes the place of what was trained, and its verdict too; mended, it can be chosen again.
    let folder = tempfile::TempDir::new()?;
    let mine = folder.path().join("mine.csv");
    std::fs::write(&mine, "prediction\nsetosa\ntulip\n")?;
    person.chooses_file("predictions-file", &mine).await?;
    person.sees("tulip").await?;
    person.sees_no_more("30 valid labels.").await?;
    person.sees_no_more("are in the submission above").await?;
    let blocked = "return document.querySelector('#act #commit')?.disabled === true";
    person.until("nothing to commit", blocked, "").await?;
    std::fs::write(&mine, format!("prediction\n{}", "setosa\n".repeat(30)))?;
    person.chooses_file("predictions-file", &mine).await?;
    person.sees("30 valid labels.").await?;

    // Somebody else's submission is mined: the panel is the same, with what was chosen in it.
    let mark = "document.querySelector('#submit').closest('section').dataset.marked = 'yes'; return true";
    person.until("marking the panel", mark, "").await?;
    samples::submit(&stack.chain, &stack.url, &prepared, rival, Effort::Poor).await?;
    person.sees("1 submission").await?;
    let same = "return document.querySelector('#submit').closest('section').dataset.marked === 'yes'";
    person.until("the same panel", same, "").await?;
    person.sees("30 valid labels.").await?;
    person.sees("Submit and lock").await?;
    person.presses("commit").await?;
    person.sees("You have submitted.").await?;
    browser.quit().await
}

#[tokio::test]
async fn what_was_typed_stays_while_another_way_is_looked_at() -> Result<()> {
    let stack = Stack::start().await?;
    let files = exported()?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/run").await?;
    person.chooses_file("onnx-file", &files.join("xgboost.onnx")).await?;
    person.sees("Model card").await?;
    let row = first_row(files)?;
    person.finds("//input[@id='row']").await?.send_keys(&row).await?;
    let filled = "return document.querySelector('[data-field]').value === arguments[0]";
    let first = row.split(',').next().expect("a cell");
    person.until("the first cell", filled, first).await?;
    person.presses("way-table").await?;
    person.chooses_file("table-file", &files.join("xgboost.csv")).await?;
    person.finds("//select[@id='table-label']").await?.send_keys("truth").await?;
    person.presses("predict-table").await?;
    person.sees("1,000 rows in").await?;
    person.presses("way-row").await?;
    person.sees_no_more("1,000 rows in").await?;
    person.until("the first cell still", filled, first).await?;
    person.presses("way-table").await?;
    person.sees("1,000 rows in").await?;
    // Another file: what came of the first is gone, so it cannot be saved under the second one's name.
    person.chooses_file("table-file", &files.join("pipeline.csv")).await?;
    person.sees_no_more("1,000 rows in").await?;
    browser.shots("i-tabs").await?;
    browser.quit().await
}
