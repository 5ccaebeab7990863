use bounty::{Event, Phase, SubmissionState, calls};
use protocol::Amount;

use crate::harness::{Game, Plan, game::STRANGER, trainer, wrong_state};

#[test]
fn before_the_deadline_the_stake_comes_back() {
    let mut game = Game::with_submissions(Plan::default(), &[50]);
    let deadline = game.bounty().terms.deadline;
    game.world.chain.set_time(deadline - 1);
    game.send(trainer(0), calls::withdraw(game.id)).unwrap();
    assert_eq!(game.balance(trainer(0)), Amount::mdc(10));
    assert_eq!(game.state(trainer(0)), Some(SubmissionState::Withdrawn));
    assert_eq!(game.last_event(), Event::Withdrawn { trainer: trainer(0), returned: Amount::mdc(10) });
    assert_eq!(game.bounty().active, 0);
}

#[test]
fn from_the_deadline_on_the_stake_is_lost() {
    for claiming in [false, true] {
        let mut game = Game::with_submissions(Plan::default(), &[50, 60]);
        game.after_deadline();
        if claiming {
            game.reveal_truth().unwrap();
        }
        game.send(trainer(0), calls::withdraw(game.id)).unwrap();
        assert_eq!(game.balance(trainer(0)), Amount::ZERO);
        assert_eq!(game.state(trainer(0)), Some(SubmissionState::Abandoned));
        assert_eq!(game.last_event(), Event::Withdrawn { trainer: trainer(0), returned: Amount::ZERO });
        assert_eq!(game.bounty().active, 1);
        assert_eq!(game.world.held(), Amount::mdc(120));
    }
}

#[test]
fn only_an_active_submission_is_withdrawn() {
    let mut game = Game::with_submissions(Plan::default(), &[50]);
    wrong_state(game.send(STRANGER, calls::withdraw(game.id)), game.id, STRANGER, None);
    game.send(trainer(0), calls::withdraw(game.id)).unwrap();
    let again = game.send(trainer(0), calls::withdraw(game.id));
    wrong_state(again, game.id, trainer(0), Some(SubmissionState::Withdrawn));

    let mut game = Game::claiming(Plan { min_correct: 50, ..Plan::default() }, &[50, 40, 30]);
    game.claim(trainer(0), 50).unwrap();
    game.claim(trainer(1), 40).unwrap();
    game.send(trainer(2), calls::withdraw(game.id)).unwrap();
    use SubmissionState::{Abandoned, Claimed, Conceded};
    for (n, state) in [(0, Claimed), (1, Conceded), (2, Abandoned)] {
        let refused = game.send(trainer(n), calls::withdraw(game.id));
        wrong_state(refused, game.id, trainer(n), Some(state));
    }
    assert_eq!(game.phase(), Phase::Claiming);
}
