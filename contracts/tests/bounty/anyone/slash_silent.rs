use bounty::{Event, SubmissionState, calls};
use protocol::Amount;

use crate::harness::{BountyOffer, BountyRun, account, bounty_run::STRANGER, number, reverts, trainer};

/// Claims 90, 80 (winner), 80 (later), 80 is also claimed earlier by trainer 0 of the second list, and 70.
fn settled() -> BountyRun {
    let mut run = BountyRun::revealing(BountyOffer::default(), &[(90, 90), (80, 80), (80, 80), (80, 80), (70, 70)]);
    run.reveal(trainer(2)).unwrap();
    run.next_window();
    run.settle().unwrap();
    run
}

#[test]
fn who_stayed_silent_above_the_winner_loses_the_stake_to_the_winner() {
    let mut run = settled();
    // 0 claimed more, 1 claimed as much and came earlier.
    for (n, claim, balance) in [(0, 90, 120), (1, 80, 130)] {
        assert!(run.world.folded(run.id).slashable(&trainer(n)));
        run.send(STRANGER, calls::slash_silent(run.id, trainer(n))).unwrap();
        assert_eq!(run.last_event(), Event::Slashed { trainer: trainer(n), claim, counted: 0, revealed: false });
        assert_eq!(run.state(trainer(n)), Some(SubmissionState::Slashed));
        assert_eq!(run.balance(trainer(2)), Amount::mdc(balance));
    }
}

#[test]
fn nobody_else_is_slashable() {
    let mut run = settled();
    run.send(STRANGER, calls::slash_silent(run.id, trainer(0))).unwrap();
    // Slashed already; the winner; as much but later; less; no submission.
    for who in [trainer(0), trainer(2), trainer(3), trainer(4), STRANGER] {
        let refused = run.send(STRANGER, calls::slash_silent(run.id, who));
        reverts(refused, "NotSlashable(uint256,address)", &[number(run.id), account(who)]);
    }
    run.collect(trainer(3)).unwrap();
    run.collect(trainer(4)).unwrap();
    assert_eq!(run.balance(trainer(3)), Amount::mdc(10));
}

#[test]
fn a_silent_stake_cannot_be_collected() {
    let mut run = settled();
    let refused = run.collect(trainer(0));
    reverts(refused, "NothingToCollect(uint256,address)", &[number(run.id), account(trainer(0))]);
}
