//! Journey 1: from a CSV to a pay-out, and a visitor who believes nobody.

use anyhow::Result;
use devchain::bounty::model::{Effort, learn};
use e2e::{Browser, Person, Profile, Stack};

use crate::steps;

#[tokio::test]
async fn requester_trainers_and_visitor() -> Result<()> {
    from_csv_to_payout(&Stack::start().await?).await
}

/// The same through a node that limits, keeps waiting, lags, and leaves out.
#[tokio::test]
async fn the_same_through_a_strict_node() -> Result<()> {
    let stack = Stack::behind_strict_node().await?;
    from_csv_to_payout(&stack).await?;
    stack.nothing_was_pressed();
    Ok(())
}

async fn from_csv_to_payout(stack: &Stack) -> Result<()> {
    let [_, requester, good, poor, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    let files = tempfile::TempDir::new()?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, stack);

    person.visit("/").await?;
    person.sees("Pay only for what the chain has checked").await?;
    browser.shots("1-start-empty").await?;
    person.connects(requester).await?;
    person.takes_airdrop().await?;

    steps::posts_digits(&person, "1").await?;
    person.sees("Open").await?;
    browser.shots("1-bounty-open").await?;

    // The good trainer learns for long, the poor one hardly.
    let bounty = stack.chain.bounty(1).await?;
    let data = steps::Data::fetch(stack, &bounty).await?;
    for (trainer, effort) in [(good, Effort::Good), (poor, Effort::Poor)] {
        person.connects(trainer).await?;
        person.takes_airdrop().await?;
        let model = learn(&data.train, &data.test, &data.classes, effort, Default::default())?;
        let (predictions, model_file) =
            data.write(files.path(), &format!("{effort:?}"), &model.predictions, &model.file)?;
        person.chooses_file("predictions-file", &predictions).await?;
        person.sees("359 valid labels").await?;
        person.chooses_file("model-file", &model_file).await?;
        if effort == Effort::Good {
            browser.shots("1-submit").await?;
        }
        person.sees("Submit and lock 5 MDC").await?;
        person.presses("commit").await?;
        person.sees("You have submitted").await?;
    }
    assert_eq!(stack.chain.bounty(1).await?.active(), 2);

    person.presses("pass-time").await?;
    person.sees("Awaiting ground truth").await?;
    person.connects(requester).await?;
    person.sees("Your turn: reveal the ground truth").await?;
    browser.shots("1-reveal-truth").await?;
    person.presses("reveal-ground-truth").await?;
    person.sees("Claiming").await?;

    for trainer in [good, poor] {
        person.connects(trainer).await?;
        person.sees("This page counted your predictions").await?;
        if trainer == good {
            browser.shots("1-claim").await?;
        }
        person.presses("claim-score").await?;
        person.sees_no_more("Your turn: claim your score").await?;
    }
    person.presses("pass-time").await?;
    person.sees("Your turn: reveal predictions and model").await?;
    person.connects(good).await?;
    let before = stack.chain.balance(good).await?;
    person.presses("reveal-prediction").await?;
    person.sees("Settled").await?;
    person.sees("100 MDC").await?;
    browser.shots("1-settled").await?;

    // Paid: reward and own stake; the other claim was lower, so its stake goes back.
    let after = stack.chain.balance(good).await?;
    assert_eq!(after.0 - before.0, protocol::Amount::mdc(105).0);
    person.connects(poor).await?;
    person.presses("collect").await?;
    person.sees("collected 5 MDC").await?;
    person.visit("/work").await?;
    person.sees("Your bounties and submissions").await?;
    browser.shots("1-work").await?;
    browser.quit().await?;

    // A visitor with a fresh profile and no wallet counts again.
    let fresh = Profile::fresh()?;
    let browser = Browser::open(&fresh, &[]).await?;
    let visitor = Person::new(&browser, stack);
    visitor.visit("/bounties").await?;
    visitor.sees("Digits").await?;
    browser.shots("1-bounties").await?;
    visitor.visit("/bounties/1").await?;
    visitor.presses("recheck-scores").await?;
    visitor.sees("The chain says the same").await?;
    browser.shots("1-rechecked").await?;
    browser.quit().await
}
