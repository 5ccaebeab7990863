//! A trainer replaces a submission, then the server goes away for good: whatever can cost money from then on needs the
//! chain and this browser's vault only. The model is published when the server is back.

use anyhow::Result;
use bounty::Ending;
use devchain::bounty::model::{Effort, learn};
use e2e::{Browser, Person, Profile, Stack};
use protocol::Amount;

use crate::steps;

#[tokio::test]
async fn everything_that_can_cost_money_works_without_a_server() -> Result<()> {
    let mut stack = Stack::start().await?;
    let [_, requester, trainer, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    let files = tempfile::TempDir::new()?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/").await?;
    person.connects(requester).await?;
    person.takes_airdrop().await?;
    steps::posts_digits(&person, "17").await?;
    person.sees("you lose your 100 MDC: half is burned").await?;

    let data = steps::Data::fetch(&stack, &stack.chain.bounty(1).await?).await?;
    person.connects(trainer).await?;
    person.takes_airdrop().await?;
    let mut predicted = Vec::new();
    for (effort, button) in [(Effort::Poor, "commit"), (Effort::Good, "replace-submission")] {
        let model = learn(&data.train, &data.test, &data.classes, effort, Default::default())?;
        let (predictions, model_file) =
            data.write(files.path(), &format!("{effort:?}"), &model.predictions, &model.file)?;
        person.chooses_file("predictions-file", &predictions).await?;
        person.sees("359 valid labels").await?;
        person.chooses_file("model-file", &model_file).await?;
        person.presses(button).await?;
        person.sees(if effort == Effort::Poor { "You have submitted" } else { "replaced the submission" }).await?;
        predicted.push(model);
    }
    browser.shots("17-replaced").await?;
    let bounty = stack.chain.bounty(1).await?;
    assert_eq!((bounty.active(), bounty.submissions[0].order), (1, 2));

    stack.stop_server().await?;
    person.sees("The ModelMarket server is away").await?;
    person.presses("pass-time").await?;
    person.sees("Awaiting ground truth").await?;
    person.finds_no_more("withdraw-submission").await?;
    person.connects(requester).await?;
    person.presses("reveal-ground-truth").await?;
    person.sees("Claiming").await?;
    person.connects(trainer).await?;
    person.sees("This page counted your predictions").await?;
    person.presses("claim-score").await?;
    person.sees_no_more("Your turn: claim your score").await?;
    person.presses("pass-time").await?;
    let before = stack.chain.balance(trainer).await?;
    person.presses("reveal-prediction").await?;
    person.sees("You won 100 MDC, and your stake of 5 MDC came back.").await?;
    browser.shots("17-won").await?;
    assert_eq!(Amount(stack.chain.balance(trainer).await?.0 - before.0), Amount::mdc(105));
    let bounty = stack.chain.bounty(1).await?;
    assert!(matches!(bounty.ending, Some(Ending::Settled { winner, .. }) if winner == trainer));
    let model = bounty.submissions[0].reveal.as_ref().map(|reveal| reveal.model_cid.clone()).unwrap();

    stack.start_server().await?;
    let address = format!("{}/ipfs/{model}", stack.url);
    let published = async || Ok::<_, anyhow::Error>(reqwest::get(&address).await?.error_for_status()?.bytes().await?);
    let mut last = published().await;
    for _ in 0..120 {
        if last.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        last = published().await;
    }
    assert_eq!(last?.to_vec(), predicted[1].file, "the page hands the model over once the server is back");
    browser.quit().await
}
