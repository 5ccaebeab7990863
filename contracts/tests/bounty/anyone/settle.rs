use bounty::{Event, Phase, SubmissionState, calls};
use protocol::Amount;

use crate::harness::{Game, Plan, game::REQUESTER, trainer, wrong_phase};

#[test]
fn at_the_end_of_the_window_the_best_verified_reveal_wins() {
    // 0 is silent above the winner, 1 reveals, 2 reveals less, 3 is silent below, 4 never claims, 5 abandons.
    let mut game = Game::claiming(Plan::default(), &[90, 80, 70, 60, 50, 40]);
    for (n, claim) in [(0, 90), (1, 80), (2, 70), (3, 60)] {
        game.claim(trainer(n), claim).unwrap();
    }
    game.send(trainer(5), calls::withdraw(game.id)).unwrap();
    game.next_window();
    game.reveal(trainer(2)).unwrap();
    game.reveal(trainer(1)).unwrap();
    game.next_window();
    assert_eq!(game.phase(), Phase::SettleDue);
    game.settle().unwrap();
    assert_eq!(game.phase(), Phase::Settled);
    // Reward, own stake, the stake of 4 and that of 5; the one of 0 follows when somebody asks for it.
    let paid = Amount::mdc(130);
    assert_eq!(game.last_event(), Event::Settled { winner: trainer(1), correct: 80, paid });
    assert_eq!(game.balance(trainer(1)), paid);
    assert_eq!(game.state(trainer(1)), Some(SubmissionState::Paid));
    for (n, due) in [(0, 0), (1, 0), (2, 10), (3, 10), (4, 0), (5, 0)] {
        assert_eq!(game.world.due(game.id, trainer(n)), Amount::mdc(due), "trainer {n}");
    }
    game.send(trainer(5), calls::slash_silent(game.id, trainer(0))).unwrap();
    assert_eq!(game.balance(trainer(1)), Amount::mdc(140));
    game.collect(trainer(2)).unwrap();
    game.collect(trainer(3)).unwrap();
    assert_eq!(game.world.held(), Amount::ZERO);
}

#[test]
fn when_everyone_stays_silent_the_requester_is_refunded_and_the_stakes_burn() {
    let plan = Plan { min_correct: 50, ..Plan::default() };
    let mut game = Game::revealing(plan, &[(90, 90), (80, 80), (10, 10)]);
    game.next_window();
    game.settle().unwrap();
    assert_eq!(game.phase(), Phase::Refunded);
    assert_eq!(game.last_event(), Event::Refunded { reward: Amount::mdc(100), burned: Amount::mdc(20) });
    assert_eq!(game.balance(REQUESTER), Amount::mdc(100));
    assert_eq!(game.world.held(), Amount::mdc(10), "of the trainer who conceded");
    game.collect(trainer(2)).unwrap();
    assert_eq!(game.world.held(), Amount::ZERO);
}

#[test]
fn when_nobody_competes_the_bounty_is_due_right_after_the_claim_window() {
    let plan = Plan { min_correct: 50, ..Plan::default() };
    let mut game = Game::claiming(plan, &[90, 10]);
    game.claim(trainer(1), 10).unwrap();
    game.next_window();
    assert_eq!(game.phase(), Phase::SettleDue);
    game.settle().unwrap();
    assert_eq!(game.last_event(), Event::Refunded { reward: Amount::mdc(100), burned: Amount::mdc(10) });
    assert_eq!(game.world.due(game.id, trainer(1)), Amount::mdc(10));
}

#[test]
fn without_any_submission_the_requester_is_refunded() {
    let mut game = Game::claiming(Plan::default(), &[]);
    game.next_window();
    game.settle().unwrap();
    assert_eq!(game.balance(REQUESTER), Amount::mdc(100));
    assert_eq!(game.world.held(), Amount::ZERO);
}

#[test]
fn a_bounty_without_stakes_settles_too() {
    let mut game = Game::revealing(Plan { stake: Amount::ZERO, ..Plan::default() }, &[(90, 95), (80, 80)]);
    game.reveal(trainer(0)).unwrap();
    game.reveal(trainer(1)).unwrap();
    assert_eq!(game.balance(trainer(1)), Amount::mdc(100));
    assert_eq!(game.world.held(), Amount::ZERO);
}

#[test]
fn while_the_order_is_open_nobody_settles() {
    let mut game = Game::revealing(Plan::default(), &[(90, 90), (80, 80)]);
    game.reveal(trainer(1)).unwrap();
    wrong_phase(game.settle(), game.id, Phase::Revealing);
}

#[test]
fn a_bounty_of_one_correct_label_at_the_minimum_settles() {
    let plan = Plan { rows: 1, classes: 2, min_correct: 1, ..Plan::default() };
    let mut game = Game::revealing(plan, &[(1, 1)]);
    game.reveal(trainer(0)).unwrap();
    assert_eq!(game.balance(trainer(0)), Amount::mdc(110));
}

#[test]
fn a_claim_of_nothing_correct_can_win_where_there_is_no_minimum() {
    let mut game = Game::revealing(Plan::default(), &[(0, 0)]);
    game.reveal(trainer(0)).unwrap();
    assert_eq!(game.bounty().best, Some(trainer(0)));
    assert_eq!(game.balance(trainer(0)), Amount::mdc(110));
}
