use bounty::{Event, SubmissionState, calls};
use protocol::Amount;

use crate::harness::{Game, Plan, account, game::REQUESTER, game::STRANGER, number, reverts, trainer};

#[test]
fn what_is_due_is_paid_once_and_to_the_trainer_whoever_asks() {
    let mut game = Game::with_submissions(Plan::default(), &[50]);
    game.send(REQUESTER, calls::cancel(game.id)).unwrap();
    game.collect(trainer(0)).unwrap();
    assert_eq!(game.balance(trainer(0)), Amount::mdc(110));
    assert_eq!(game.balance(STRANGER), Amount::ZERO);
    assert_eq!(game.last_event(), Event::PaidOut { trainer: trainer(0), amount: Amount::mdc(110) });
    assert_eq!(game.state(trainer(0)), Some(SubmissionState::Paid));
    let again = game.collect(trainer(0));
    reverts(again, "NothingToCollect(uint256,address)", &[number(game.id), account(trainer(0))]);
}

#[test]
fn nothing_is_due_before_the_end_or_to_strangers() {
    let mut game = Game::revealing(Plan::default(), &[(90, 90), (80, 80)]);
    for who in [trainer(0), STRANGER, REQUESTER] {
        let refused = game.collect(who);
        reverts(refused, "NothingToCollect(uint256,address)", &[number(game.id), account(who)]);
    }
    game.reveal(trainer(0)).unwrap();
    for who in [trainer(0), STRANGER, REQUESTER] {
        let refused = game.collect(who);
        reverts(refused, "NothingToCollect(uint256,address)", &[number(game.id), account(who)]);
    }
    game.collect(trainer(1)).unwrap();
}

#[test]
fn without_a_stake_there_is_nothing_to_collect_from_a_settled_bounty() {
    let mut game = Game::revealing(Plan { stake: Amount::ZERO, ..Plan::default() }, &[(90, 90), (80, 80)]);
    game.reveal(trainer(0)).unwrap();
    let refused = game.collect(trainer(1));
    reverts(refused, "NothingToCollect(uint256,address)", &[number(game.id), account(trainer(1))]);
}
