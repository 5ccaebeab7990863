use bounty::{Event, Phase, SubmissionState, calls};
use protocol::Amount;

use crate::harness::{
    Game, Plan, account,
    game::{REQUESTER, STRANGER},
    reverts, trainer,
};

#[test]
fn before_any_submission_the_reward_goes_back_in_full() {
    let mut game = Game::open(Plan::default());
    game.send(REQUESTER, calls::cancel(game.id)).unwrap();
    assert_eq!(game.phase(), Phase::Cancelled);
    assert_eq!(game.balance(REQUESTER), Amount::mdc(100));
    assert_eq!(game.world.held(), Amount::ZERO);
    assert_eq!(game.last_event(), Event::Cancelled { share: Amount::ZERO });
}

#[test]
fn after_everyone_withdrew_the_reward_goes_back_in_full() {
    let mut game = Game::with_submissions(Plan::default(), &[50, 60]);
    for n in 0..2 {
        game.send(trainer(n), calls::withdraw(game.id)).unwrap();
    }
    game.send(REQUESTER, calls::cancel(game.id)).unwrap();
    assert_eq!(game.balance(REQUESTER), Amount::mdc(100));
    assert_eq!(game.world.due(game.id, trainer(0)), Amount::ZERO);
}

#[test]
fn after_submissions_the_active_trainers_share_the_reward_and_the_remainder_is_burned() {
    let reward = Amount(1_000_000_000_000_000_001);
    let mut game = Game::with_submissions(Plan { reward, ..Plan::default() }, &[50, 60, 70, 80]);
    game.send(trainer(3), calls::withdraw(game.id)).unwrap();
    let supply = game.world.supply();
    game.send(REQUESTER, calls::cancel(game.id)).unwrap();

    let share = Amount(reward.0 / 3);
    assert_eq!(game.last_event(), Event::Cancelled { share });
    assert_eq!(supply.0 - game.world.supply().0, reward.0 % 3);
    assert_eq!(game.balance(REQUESTER), Amount::ZERO);
    for n in 0..3 {
        let expected = Amount(share.0 + Amount::mdc(10).0);
        assert_eq!(game.world.due(game.id, trainer(n)), expected);
        game.collect(trainer(n)).unwrap();
        assert_eq!(game.balance(trainer(n)), expected);
        assert_eq!(game.state(trainer(n)), Some(SubmissionState::Paid));
    }
    assert_eq!(game.world.due(game.id, trainer(3)), Amount::ZERO);
    assert_eq!(game.world.held(), Amount::ZERO);
}

#[test]
fn only_the_requester_cancels() {
    let mut game = Game::with_submissions(Plan::default(), &[50]);
    for caller in [STRANGER, trainer(0)] {
        let refused = game.send(caller, calls::cancel(game.id));
        reverts(refused, "NotRequester(address,address)", &[account(caller), account(REQUESTER)]);
    }
    assert_eq!(game.phase(), Phase::Open);
}
