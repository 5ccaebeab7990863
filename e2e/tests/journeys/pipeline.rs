//! An alignment, a training and a prediction with its model, published in one transaction and played one after the other; they
//! take one use of each grant.

use anyhow::{Context, Result};
use e2e::{Agent, Stack};

use crate::{
    bad_tables::Set,
    learning::{PREDICTIONS, confirms, joins, picks, runs, ticks},
    three::{Three, is_told_the_error, seats},
};

#[tokio::test]
async fn alignment_training_and_prediction_are_published_at_once_and_played_in_their_order() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, first, second, requester, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    let mut helper = Agent::join(&stack).await?;
    for account in [first, second, requester] {
        stack.chain.fund(account).await?;
        joins(&stack, account).await?;
    }
    let features = &["age", "sex", "bmi", "bp", "s1"];
    Set { number: 1, key: "patient", features, words: None, label: None, rows: 400 }
        .granted(&stack, first, requester)
        .await?;
    let features = &["s2", "s3", "s4", "s5", "s6"];
    Set { number: 2, key: "patient", features, words: None, label: Some("target"), rows: 400 }
        .granted(&stack, second, requester)
        .await?;
    let three = Three::open().await?;
    let people = three.people(&stack);
    let [clinic, laboratory, asks] = &people;

    // Key, features and label come from the descriptions.
    asks.visit("/learn/new").await?;
    asks.connects(requester).await?;
    asks.presses("process-train-predict").await?;
    ticks(asks, "tick-align-first").await?;
    picks(asks, "grant-1", "1").await?;
    picks(asks, "grant-2", "2").await?;
    ticks(asks, &format!("helper-{}", helper.account)).await?;
    asks.sees("Every rule that can be looked at before is kept.").await?;
    three.browsers[2].shots("learn-new-pipeline").await?;
    asks.presses("publish-task").await?;
    asks.sees("Waits for 2 of 2 seats to confirm.").await?;
    asks.visit("/task/3").await?;
    asks.connects(requester).await?;
    asks.sees("It waits for task 2 to finish.").await?;
    assert!(!asks.is_shown("confirm").await?, "nobody confirms before the training has finished");

    helper.helps(&stack)?;
    let seats = seats(&people, [first, second, requester]);
    // Only the owners align, and nobody deals for it.
    confirms(1, &seats[..2]).await?;
    asks.visit("/task/1").await?;
    asks.connects(requester).await?;
    asks.presses("start-task").await?;
    for owner in [clinic, laboratory] {
        owner.presses("join-run").await?;
    }
    for owner in [clinic, laboratory] {
        owner.sees("From 358 rows in common.").await?;
        owner.sees("Which of your rows the other owner has too stands in the file.").await?;
    }
    clinic.presses("download-csv").await?;
    let csv = std::fs::read_to_string(three.browsers[0].downloaded("rows.csv").await?)?;
    assert_eq!(csv.lines().count(), 1 + 358, "{csv}");
    for (id, _) in PREDICTIONS {
        assert!(csv.lines().any(|line| line.ends_with(&format!(",{id}"))), "{id} is a common patient");
    }
    asks.sees("It is finished, signed by all seats.").await?;

    runs(2, &seats).await?;
    is_told_the_error(asks).await?;
    runs(3, &seats).await?;
    asks.presses("download-csv").await?;
    let csv = std::fs::read_to_string(three.browsers[2].downloaded("predictions.csv").await?)?;
    for (id, right) in PREDICTIONS {
        let line = csv.lines().find(|line| line.starts_with(&format!("{id},"))).context("a common patient")?;
        let got: f64 = line.split_once(',').context("an id and a number")?.1.parse()?;
        assert!((got - right).abs() < 0.3, "{id}: {got}, and {right} is right");
    }
    // One use for all three.
    for grant in [1, 2] {
        stack
            .answers(&format!("/api/grants/{grant}"), |found| {
                let grant = &found["row"]["grant"];
                grant["used"] == 1 && grant["tried"] == 3
            })
            .await?;
    }
    three.quit().await
}
