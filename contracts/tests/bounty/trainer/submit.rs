use bounty::{Event, SubmissionState, calls};
use protocol::{Amount, Digest};

use crate::harness::{
    BountyOffer, BountyRun, account,
    bounty_run::{REQUESTER, model_commitment},
    number, reverts, trainer,
};

const ONE: Digest = Digest([1; 32]);
const TWO: Digest = Digest([2; 32]);

#[test]
fn the_stake_is_locked_and_the_commitments_are_kept() {
    let mut run = BountyRun::open(BountyOffer::default());
    run.submit(trainer(0), 50);
    run.submit(trainer(1), 60);
    let kept = run.world.submission(run.id, trainer(1)).unwrap();
    assert_eq!(kept.state, SubmissionState::Active);
    assert_eq!((kept.order, kept.claim), (2, 0));
    assert_eq!(kept.model_superhash, model_commitment(trainer(1)));
    assert_eq!(
        run.last_event(),
        Event::Submitted {
            trainer: trainer(1),
            order: 2,
            prediction_superhash: kept.prediction_superhash,
            model_superhash: kept.model_superhash
        }
    );
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
    reverts(run.send(REQUESTER, calls::submit(run.id, ONE, TWO, None)), "RequesterMayNotSubmit()", &[]);
}

#[test]
fn a_trainer_submits_once() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50]);
    let refused = run.send(trainer(0), calls::submit(run.id, ONE, TWO, None));
    reverts(refused, "AlreadySubmitted(uint256,address)", &[number(run.id), account(trainer(0))]);
}

#[test]
fn after_withdrawing_a_trainer_may_submit_again_and_stands_behind_the_others() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50, 60]);
    run.send(trainer(0), calls::withdraw(run.id)).unwrap();
    run.world.fund(trainer(0), run.offer.stake);
    run.send(trainer(0), calls::submit(run.id, ONE, TWO, None)).unwrap();
    let kept = run.world.submission(run.id, trainer(0)).unwrap();
    assert_eq!((kept.order, kept.state), (3, SubmissionState::Active));
    assert_eq!((kept.prediction_superhash, kept.model_superhash), (ONE, TWO));
    let bounty = run.bounty();
    assert_eq!((bounty.submissions, bounty.active), (3, 2));
}

#[test]
fn empty_commitments_are_refused() {
    let mut run = BountyRun::open(BountyOffer::default());
    for (prediction, model) in [(Digest::ZERO, ONE), (ONE, Digest::ZERO), (Digest::ZERO, Digest::ZERO)] {
        let refused = run.send(trainer(0), calls::submit(run.id, prediction, model, None));
        reverts(refused, "EmptyCommitment()", &[]);
    }
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
