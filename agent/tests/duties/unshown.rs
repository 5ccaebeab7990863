//! What the program of a client does about a result that was submitted and is not shown: nobody pays for it unseen.

use compute_engine::Outcome;
use compute_session::Shown;
use protocol::{Digest, cid::Cid};

use super::{STEPS, hired, is_slashed, module};
use crate::lent::{Lent, made_up::sealed, outcome};

/// Three quarters of the window, in which a provider can show its result.
async fn waits_for_it(lent: &Lent) {
    let job = lent.chain.job_book().await.unwrap().0.job(1).cloned().unwrap();
    let left = job.shown_by().unwrap() - lent.chain.now().await.unwrap();
    assert!((2_600..=2_700).contains(&left), "three quarters of an hour, less what has passed: {left}");
    lent.chain.pass(left).await.unwrap();
}

#[tokio::test]
async fn a_result_that_is_made_up_and_never_shown_is_challenged_and_its_provider_slashed() {
    let lent = Lent::up().await;
    let juror = lent.join("first").await;
    let (client, mut made_up) = hired(&lent, "0", "20").await;
    let liar = made_up.deal.provider;
    made_up.takes_the_job().await;
    let file = Cid::of_block(b"none");
    let shown =
        Shown { result: Digest([1; 32]), units: 6, salt: Digest::ZERO, ended: 0, instructions: 6_000_000, file };
    // Nobody is drawn who has joined in the second of the challenge.
    lent.chain.pass(1).await.unwrap();
    made_up.submits_unshown(shown, Digest::ZERO).await;
    client.says_of(1, "has not shown its result yet").await;
    assert!(!client.has_said_of(1, "challenged"), "there is time to show it");
    waits_for_it(&lent).await;
    client.says_of(1, "challenged under a bond").await;
    is_slashed(&lent, &client, juror, liar).await;
}

#[tokio::test]
async fn a_true_result_whose_provider_cannot_say_a_word_is_found_and_accepted() {
    let lent = Lent::up().await;
    let (client, mut silent) = hired(&lent, "0", "20").await;
    silent.takes_the_job().await;
    let expected = outcome(&module(STEPS), &[], 20);
    let shown = sealed(&lent, &silent, &expected);
    silent.submits_unshown(shown, expected.head).await;
    client.says_of(1, "has not shown its result yet").await;
    waits_for_it(&lent).await;
    client.says_of(1, "is accepted").await;
    client.says("\"settled\"").await;
    assert!(!client.has_said_of(1, "challenged"), "it was right");
    assert_eq!(std::fs::read(lent.world.path("client.result")).unwrap(), expected.result);
}

#[tokio::test]
async fn a_true_result_for_more_units_than_it_took_is_challenged() {
    let lent = Lent::up().await;
    lent.join("first").await;
    let (client, mut greedy) = hired(&lent, "0", "20").await;
    greedy.takes_the_job().await;
    let expected = outcome(&module(STEPS), &[], 20);
    let shown = sealed(&lent, &greedy, &expected);
    lent.chain.pass(1).await.unwrap();
    greedy.submits_with(Shown { units: shown.units + 1, ..shown }, expected.head).await;
    greedy.until("the challenge", |_| client.has_said_of(1, "challenged under a bond")).await;
    assert!(client.has_said_of(1, &format!("took {}", expected.units())));
    assert!(!client.has_said_of(1, "is accepted"));
}

#[tokio::test]
async fn what_the_client_has_found_wrong_itself_is_not_accepted_when_it_is_shown_late() {
    let lent = Lent::up().await;
    let juror = lent.join("first").await;
    let (client, mut made_up) = hired(&lent, "0", "20").await;
    let liar = made_up.deal.provider;
    made_up.takes_the_job().await;
    // All of it opens and fits together; only nobody gets this result who runs the job.
    let expected = outcome(&module(STEPS), &[], 20);
    let wrong = Outcome { result: b"made up".to_vec(), ..expected.clone() };
    let shown = sealed(&lent, &made_up, &wrong);
    lent.chain.pass(1).await.unwrap();
    made_up.submits_unshown(shown, expected.head).await;
    client.says_of(1, "has not shown its result yet").await;
    waits_for_it(&lent).await;
    client.says_of(1, "What came out here is written").await;
    assert!(!client.has_said_of(1, "challenged"), "nobody can tell what it hides");
    made_up.shows(shown);
    made_up.until("the challenge", |_| client.has_said_of(1, "challenged under a bond")).await;
    assert!(!client.has_said_of(1, "is accepted"));
    assert_eq!(std::fs::read(lent.world.path("client.result")).unwrap(), expected.result);
    is_slashed(&lent, &client, juror, liar).await;
}

#[tokio::test]
async fn what_could_not_be_had_or_run_is_tried_again_while_there_is_time() {
    let lent = Lent::up().await;
    let (client, mut silent) = hired(&lent, "0", "20").await;
    silent.takes_the_job().await;
    let expected = outcome(&module(STEPS), &[], 20);
    let shown = sealed(&lent, &silent, &expected);
    silent.submits_unshown(shown, expected.head).await;
    // Neither the module nor the sealed result can be had.
    let result = lent.get(shown.file);
    for file in [lent.put(&module(STEPS)), shown.file] {
        std::fs::remove_file(lent.world.path(&format!("files/{file}"))).unwrap();
    }
    client.says_of(1, "has not shown its result yet").await;
    waits_for_it(&lent).await;
    client.says_of(1, "cannot be had").await;
    assert!(!client.has_said_of(1, "What came out here is written"));
    lent.put(&module(STEPS));
    client.says_of(1, "What came out here is written").await;
    assert!(!client.has_said_of(1, "is accepted"), "what stands on chain was not seen yet");
    lent.put(&result);
    client.says_of(1, "is accepted").await;
    client.says("\"settled\"").await;
}

#[tokio::test]
async fn what_cannot_be_run_again_in_time_is_not_accepted_and_is_taken_once_it_is_paid() {
    let lent = Lent::up().await;
    let (client, mut late) = hired(&lent, "100", "20").await;
    late.takes_the_job().await;
    let expected = outcome(&module(STEPS), &[], 20);
    let shown = sealed(&lent, &late, &expected);
    late.submits_unshown(shown, expected.head).await;
    client.says_of(1, "has not shown its result yet").await;
    // What a challenge itself takes is more than what is left.
    let over = lent.chain.job_book().await.unwrap().0.job(1).unwrap().expires_at().unwrap();
    lent.chain.pass_until(over - 100).await.unwrap();
    client.says_of(1, "cannot be run here in time").await;
    late.shows(shown);
    let begin = std::time::Instant::now();
    late.until("what it shows to come", |_| begin.elapsed().as_secs() > 3).await;
    assert!(!client.has_said_of(1, "is accepted"), "it was drawn, and is not run");
    lent.chain.pass_until(over).await.unwrap();
    client.says_of(1, "taken as its provider shows it").await;
    client.says("\"settled\"").await;
    assert!(!client.has_said_of(1, "challenged") && !client.has_said_of(1, "is accepted"));
    assert_eq!(std::fs::read(lent.world.path("client.result")).unwrap(), expected.result);
}
