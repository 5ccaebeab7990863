use bounty::{Event, Phase, calls};
use protocol::Amount;

use crate::harness::{
    Game, Plan,
    game::{REQUESTER, STRANGER},
    trainer,
};

fn overdue(plan: Plan, correct: &[u32]) -> Game {
    let mut game = Game::with_submissions(plan, correct);
    game.after_deadline();
    game.next_window();
    game
}

#[test]
fn the_reward_is_forfeited_to_the_active_trainers_and_what_nobody_can_have_is_burned() {
    let reward = Amount(1_000_000_000_000_000_000);
    let mut game = Game::with_submissions(Plan { reward, ..Plan::default() }, &[50, 60, 70, 80]);
    game.after_deadline();
    game.send(trainer(3), calls::withdraw(game.id)).unwrap();
    game.next_window();
    let supply = game.world.supply();
    game.send(STRANGER, calls::timeout(game.id)).unwrap();

    let (share, burned) = (Amount(reward.0 / 3), Amount(reward.0 % 3 + Amount::mdc(10).0));
    assert_eq!(game.phase(), Phase::Forfeited);
    assert_eq!(game.last_event(), Event::Forfeited { share, burned });
    assert_eq!(supply.0 - game.world.supply().0, burned.0);
    assert_eq!(game.world.due(game.id, trainer(3)), Amount::ZERO);
    for n in 0..3 {
        game.collect(trainer(n)).unwrap();
        assert_eq!(game.balance(trainer(n)).0, share.0 + Amount::mdc(10).0);
    }
    assert_eq!(game.world.held(), Amount::ZERO);
}

#[test]
fn without_trainers_the_requester_is_refunded() {
    let mut game = overdue(Plan::default(), &[]);
    game.send(STRANGER, calls::timeout(game.id)).unwrap();
    assert_eq!(game.phase(), Phase::Refunded);
    assert_eq!(game.last_event(), Event::Refunded { reward: Amount::mdc(100), burned: Amount::ZERO });
    assert_eq!(game.balance(REQUESTER), Amount::mdc(100));
}

#[test]
fn with_abandoned_submissions_only_their_stakes_burn() {
    let mut game = Game::with_submissions(Plan::default(), &[50]);
    game.after_deadline();
    game.send(trainer(0), calls::withdraw(game.id)).unwrap();
    game.next_window();
    game.send(REQUESTER, calls::timeout(game.id)).unwrap();
    assert_eq!(game.last_event(), Event::Refunded { reward: Amount::mdc(100), burned: Amount::mdc(10) });
    assert_eq!(game.balance(REQUESTER), Amount::mdc(100));
    assert_eq!(game.world.held(), Amount::ZERO);
}
