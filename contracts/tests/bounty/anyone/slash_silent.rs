use bounty::{Event, SubmissionState, calls};
use protocol::Amount;

use crate::harness::{Game, Plan, account, game::STRANGER, number, reverts, trainer};

/// Claims 90, 80 (winner), 80 (later), 80 is also claimed earlier by trainer 0 of the second list, and 70.
fn settled() -> Game {
    let mut game = Game::revealing(Plan::default(), &[(90, 90), (80, 80), (80, 80), (80, 80), (70, 70)]);
    game.reveal(trainer(2)).unwrap();
    game.next_window();
    game.settle().unwrap();
    game
}

#[test]
fn who_stayed_silent_above_the_winner_loses_the_stake_to_the_winner() {
    let mut game = settled();
    // 0 claimed more, 1 claimed as much and came earlier.
    for (n, claim, balance) in [(0, 90, 120), (1, 80, 130)] {
        assert!(game.world.folded(game.id).slashable(&trainer(n)));
        game.send(STRANGER, calls::slash_silent(game.id, trainer(n))).unwrap();
        assert_eq!(game.last_event(), Event::Slashed { trainer: trainer(n), claim, counted: 0 });
        assert_eq!(game.state(trainer(n)), Some(SubmissionState::Slashed));
        assert_eq!(game.balance(trainer(2)), Amount::mdc(balance));
    }
}

#[test]
fn nobody_else_is_slashable() {
    let mut game = settled();
    game.send(STRANGER, calls::slash_silent(game.id, trainer(0))).unwrap();
    // Slashed already; the winner; as much but later; less; no submission.
    for who in [trainer(0), trainer(2), trainer(3), trainer(4), STRANGER] {
        let refused = game.send(STRANGER, calls::slash_silent(game.id, who));
        reverts(refused, "NotSlashable(uint256,address)", &[number(game.id), account(who)]);
    }
    game.collect(trainer(3)).unwrap();
    game.collect(trainer(4)).unwrap();
    assert_eq!(game.balance(trainer(3)), Amount::mdc(10));
}

#[test]
fn a_silent_stake_cannot_be_collected() {
    let mut game = settled();
    let refused = game.collect(trainer(0));
    reverts(refused, "NothingToCollect(uint256,address)", &[number(game.id), account(trainer(0))]);
}
