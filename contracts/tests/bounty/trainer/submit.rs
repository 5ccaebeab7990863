use bounty::{Event, SubmissionState, calls};
use protocol::{Amount, Digest};

use crate::harness::{
    Game, Plan, account,
    game::{REQUESTER, model_commitment},
    number, reverts, trainer,
};

const ONE: Digest = Digest([1; 32]);
const TWO: Digest = Digest([2; 32]);

#[test]
fn the_stake_is_locked_and_the_commitments_are_kept() {
    let mut game = Game::open(Plan::default());
    game.submit(trainer(0), 50);
    game.submit(trainer(1), 60);
    let kept = game.world.submission(game.id, trainer(1)).unwrap();
    assert_eq!(kept.state, SubmissionState::Active);
    assert_eq!((kept.order, kept.claim), (2, 0));
    assert_eq!(kept.model_superhash, model_commitment(trainer(1)));
    assert_eq!(
        game.last_event(),
        Event::Submitted {
            trainer: trainer(1),
            order: 2,
            prediction_superhash: kept.prediction_superhash,
            model_superhash: kept.model_superhash
        }
    );
    assert_eq!(game.world.held(), Amount::mdc(120));
    let bounty = game.bounty();
    assert_eq!((bounty.submissions, bounty.active), (2, 2));
}

#[test]
fn without_a_stake_no_tokens_are_needed() {
    let mut game = Game::open(Plan { stake: Amount::ZERO, ..Plan::default() });
    game.submit_as(trainer(0), 50).unwrap();
    assert_eq!(game.bounty().active, 1);
}

#[test]
fn the_requester_may_not_submit() {
    let mut game = Game::open(Plan::default());
    reverts(game.send(REQUESTER, calls::submit(game.id, ONE, TWO, None)), "RequesterMayNotSubmit()", &[]);
}

#[test]
fn a_trainer_submits_once() {
    let mut game = Game::with_submissions(Plan::default(), &[50]);
    let refused = game.send(trainer(0), calls::submit(game.id, ONE, TWO, None));
    reverts(refused, "AlreadySubmitted(uint256,address)", &[number(game.id), account(trainer(0))]);
}

#[test]
fn after_withdrawing_a_trainer_may_submit_again_and_stands_behind_the_others() {
    let mut game = Game::with_submissions(Plan::default(), &[50, 60]);
    game.send(trainer(0), calls::withdraw(game.id)).unwrap();
    game.world.fund(trainer(0), game.plan.stake);
    game.send(trainer(0), calls::submit(game.id, ONE, TWO, None)).unwrap();
    let kept = game.world.submission(game.id, trainer(0)).unwrap();
    assert_eq!((kept.order, kept.state), (3, SubmissionState::Active));
    assert_eq!((kept.prediction_superhash, kept.model_superhash), (ONE, TWO));
    let bounty = game.bounty();
    assert_eq!((bounty.submissions, bounty.active), (3, 2));
}

#[test]
fn empty_commitments_are_refused() {
    let mut game = Game::open(Plan::default());
    for (prediction, model) in [(Digest::ZERO, ONE), (ONE, Digest::ZERO), (Digest::ZERO, Digest::ZERO)] {
        let refused = game.send(trainer(0), calls::submit(game.id, prediction, model, None));
        reverts(refused, "EmptyCommitment()", &[]);
    }
}

#[test]
fn without_the_stake_nothing_is_submitted() {
    let mut game = Game::open(Plan::default());
    let market = game.world.market;
    let refused = game.submit_as(trainer(0), 50);
    reverts(
        refused,
        "ERC20InsufficientAllowance(address,uint256,uint256)",
        &[account(market), number(0u8), number(Amount::mdc(10).0)],
    );
    assert_eq!(game.state(trainer(0)), None);
    assert_eq!(game.bounty().submissions, 0);
}
