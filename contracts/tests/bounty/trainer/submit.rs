use bounty::{Event, Phase, SubmissionState, calls};
use protocol::{Amount, Digest};

use crate::harness::{
    BountyOffer, BountyRun, account,
    bounty_run::{REQUESTER, STRANGER, commitment, model_cid},
    number, reverts, trainer, word, wrong_phase, wrong_state,
};

const ONE: Digest = Digest([1; 32]);

#[test]
fn the_stake_is_locked_and_the_commitments_are_kept() {
    let mut run = BountyRun::open(BountyOffer::default());
    run.submit(trainer(0), 50);
    run.submit(trainer(1), 60);
    let kept = run.world.submission(run.id, trainer(1)).unwrap();
    assert_eq!(kept.state, SubmissionState::Active);
    assert_eq!((kept.order, kept.claim), (2, 0));
    let committed = commitment(trainer(1), &run.offer.prediction(trainer(1), 60)).word();
    assert_eq!((kept.commitment, kept.verified), (committed, false));
    assert_eq!(run.last_event(), Event::Submitted { trainer: trainer(1), order: 2, commitment: committed });
    assert_eq!(run.world.held(), Amount::mdc(120));
    let bounty = run.bounty();
    assert_eq!((bounty.submissions, bounty.active), (2, 2));
}

#[test]
fn without_a_stake_no_tokens_are_needed() {
    let mut run = BountyRun::open(BountyOffer { stake: Amount::ZERO, ..BountyOffer::default() });
    run.submit_as(trainer(0), 50).unwrap();
    assert_eq!(run.bounty().active, 1);
}

#[test]
fn the_requester_may_not_submit() {
    let mut run = BountyRun::open(BountyOffer::default());
    reverts(run.send(REQUESTER, run.any_submission()), "RequesterMayNotSubmit()", &[]);
}

#[test]
fn a_trainer_submits_once() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50]);
    let again = run.any_submission();
    let refused = run.send(trainer(0), again);
    reverts(refused, "AlreadySubmitted(uint256,address)", &[number(run.id), account(trainer(0))]);
}

#[test]
fn after_withdrawing_a_trainer_may_submit_again_and_stands_behind_the_others() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50, 60]);
    run.send(trainer(0), calls::withdraw(run.id)).unwrap();
    run.world.fund(trainer(0), run.offer.stake);
    let again = run.any_submission();
    run.send(trainer(0), again).unwrap();
    let kept = run.world.submission(run.id, trainer(0)).unwrap();
    assert_eq!((kept.order, kept.state), (3, SubmissionState::Active));
    assert_eq!(kept.commitment, ONE);
    let bounty = run.bounty();
    assert_eq!((bounty.submissions, bounty.active), (3, 2));
}

#[test]
fn empty_commitments_are_refused() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50]);
    let truth = run.bounty().terms.truth_superhash;
    let refused = run.send(trainer(1), calls::submit(run.id, truth, Digest::ZERO, None));
    reverts(refused, "EmptyCommitment()", &[]);
    let refused = run.send(trainer(0), calls::replace(run.id, Digest::ZERO));
    reverts(refused, "EmptyCommitment()", &[]);
}

/// A reorganised chain can give the number to another bounty, with other data and other terms.
#[test]
fn a_submission_does_not_meet_another_bounty_than_the_one_that_was_seen() {
    let mut run = BountyRun::open(BountyOffer::default());
    let (seen, other) = (Digest([9; 32]), run.bounty().terms.truth_superhash);
    run.world.fund(trainer(0), run.offer.stake);
    let refused = run.send(trainer(0), calls::submit(run.id, seen, ONE, None));
    reverts(refused, "OtherBounty(uint256,bytes32,bytes32)", &[number(run.id), word(seen), word(other)]);
    assert_eq!(run.balance(trainer(0)), run.offer.stake);
}

#[test]
fn replacing_takes_the_newest_place_and_moves_no_tokens() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[80, 80]);
    let held = run.world.held();
    run.replace(trainer(0), 80).unwrap();
    let committed = commitment(trainer(0), &run.offer.prediction(trainer(0), 80)).word();
    assert_eq!(run.last_event(), Event::Replaced { trainer: trainer(0), order: 3, commitment: committed });
    let bounty = run.bounty();
    assert_eq!((bounty.submissions, bounty.active), (3, 2));
    assert_eq!(run.world.held(), held);
    // Equal scores: who committed to them first wins, whoever had submitted something else before.
    run.after_deadline();
    run.reveal_truth().unwrap();
    for n in [0, 1] {
        run.claim(trainer(n), 80).unwrap();
    }
    run.next_window();
    run.reveal(trainer(1)).unwrap();
    assert_eq!(run.bounty().best, Some(trainer(1)));
    assert_eq!(run.balance(trainer(1)), Amount::mdc(110));
}

#[test]
fn what_was_replaced_cannot_be_revealed_any_more() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[90]);
    let (id, me) = (run.id, trainer(0));
    let before = run.offer.prediction(me, 90);
    run.replace(me, 40).unwrap();
    run.after_deadline();
    run.reveal_truth().unwrap();
    run.claim(me, 90).unwrap();
    run.next_window();
    let (old, new) = (commitment(me, &before), commitment(me, &run.offer.prediction(me, 40)));
    let data = calls::reveal_prediction(id, &old, &run.offer.truth(), &before, &model_cid(me));
    let refused = run.send(me, data);
    reverts(refused, "CommitmentMismatch(bytes32,bytes32)", &[word(old.word()), word(new.word())]);
}

#[test]
fn only_an_active_submission_of_an_open_bounty_is_replaced() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[80, 80]);
    wrong_state(run.send(STRANGER, calls::replace(run.id, ONE)), run.id, STRANGER, None);
    run.send(trainer(1), calls::withdraw(run.id)).unwrap();
    let refused = run.replace(trainer(1), 90);
    wrong_state(refused, run.id, trainer(1), Some(SubmissionState::Withdrawn));
    let deadline = run.bounty().terms.deadline;
    run.world.chain.set_time(deadline - 1);
    run.replace(trainer(0), 85).unwrap();
    run.after_deadline();
    wrong_phase(run.replace(trainer(0), 90), run.id, Phase::AwaitingTruth);
}

#[test]
fn without_the_stake_nothing_is_submitted() {
    let mut run = BountyRun::open(BountyOffer::default());
    let market = run.world.market;
    let refused = run.submit_as(trainer(0), 50);
    reverts(
        refused,
        "ERC20InsufficientAllowance(address,uint256,uint256)",
        &[account(market), number(0u8), number(Amount::mdc(10).0)],
    );
    assert_eq!(run.state(trainer(0)), None);
    assert_eq!(run.bounty().submissions, 0);
}
