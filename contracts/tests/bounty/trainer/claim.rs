use bounty::{Event, SubmissionState, calls};

use crate::harness::{Game, Plan, game::STRANGER, number, reverts, trainer, wrong_state};

#[test]
fn a_claim_from_the_minimum_on_competes_and_one_below_concedes() {
    let mut game = Game::claiming(Plan { min_correct: 50, ..Plan::default() }, &[50, 49, 100]);
    game.claim(trainer(0), 50).unwrap();
    game.claim(trainer(1), 49).unwrap();
    assert_eq!(game.last_event(), Event::Claimed { trainer: trainer(1), correct: 49 });
    assert_eq!(game.state(trainer(0)), Some(SubmissionState::Claimed));
    assert_eq!(game.state(trainer(1)), Some(SubmissionState::Conceded));
    assert_eq!(game.world.submission(game.id, trainer(1)).unwrap().claim, 49);
    let bounty = game.bounty();
    assert_eq!((bounty.claims, bounty.conceded, bounty.active), (1, 1, 3));
}

#[test]
fn nothing_and_everything_correct_can_be_claimed() {
    let mut game = Game::claiming(Plan::default(), &[0, 100]);
    game.claim(trainer(0), 0).unwrap();
    game.claim(trainer(1), 100).unwrap();
    assert_eq!(game.bounty().claims, 2);
}

#[test]
fn more_than_everything_cannot_be_claimed() {
    let mut game = Game::claiming(Plan::default(), &[50]);
    for claim in [101, u32::MAX] {
        let refused = game.claim(trainer(0), claim);
        reverts(refused, "ClaimTooHigh(uint32,uint32)", &[number(claim), number(100u8)]);
    }
}

#[test]
fn a_score_is_claimed_once_and_by_the_trainer_alone() {
    let mut game = Game::claiming(Plan { min_correct: 10, ..Plan::default() }, &[50, 5, 60]);
    wrong_state(game.send(STRANGER, calls::claim(game.id, 50)), game.id, STRANGER, None);
    game.claim(trainer(0), 50).unwrap();
    game.claim(trainer(1), 5).unwrap();
    game.send(trainer(2), calls::withdraw(game.id)).unwrap();
    use SubmissionState::{Abandoned, Claimed, Conceded};
    for (n, state) in [(0, Claimed), (1, Conceded), (2, Abandoned)] {
        wrong_state(game.claim(trainer(n), 60), game.id, trainer(n), Some(state));
    }
}
