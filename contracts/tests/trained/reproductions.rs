//! Who may attest what, and once.

use bounty::{ReproductionCounts, SubmissionState};
use contracts::returns;
use protocol::Address;
use trained::Attestation;

use crate::harness::{
    Game, Plan, Shelf, account,
    game::{REQUESTER, STRANGER},
    number, reverts,
    shelf::attestation,
    trainer,
};

const ROWS: u32 = 100;

/// Trainers 0 and 1 reveal 90 and 80; trainer 2 claims 70 and stays silent; trainer 3 concedes.
fn settled() -> (Game, Shelf) {
    let plan = Plan { min_correct: 20, ..Plan::default() };
    let mut game = Game::revealing(plan, &[(90, 90), (80, 80), (70, 70), (10, 10)]);
    game.reveal(trainer(1)).unwrap();
    game.reveal(trainer(0)).unwrap();
    let shelf = Shelf::beside(&mut game.world);
    (game, shelf)
}

#[track_caller]
fn nothing<T: std::fmt::Debug>(result: Result<T, crate::harness::Failure>, bounty: u64, of: Address) {
    reverts(result, "NothingToReproduce(uint256,address)", &[number(bounty), account(of)]);
}

#[test]
fn whoever_ran_the_winners_model_says_so_once() {
    let (mut game, shelf) = settled();
    let (id, winner, chain) = (game.id, trainer(0), &mut game.world.chain);
    assert_eq!(shelf.counts(chain, id, winner), ReproductionCounts::default());
    for (by, equal, expected) in [(STRANGER, ROWS, (1, 0)), (REQUESTER, ROWS - 1, (1, 1)), (trainer(1), ROWS, (2, 1))] {
        assert!(!shelf.attested(chain, id, winner, by));
        let receipt = shelf.attest(chain, by, (id, winner), (equal, ROWS)).unwrap();
        assert_eq!(receipt.logs[0].0, shelf.reproductions);
        assert_eq!(attestation(&receipt), Attestation { bounty: id, trainer: winner, by, equal, rows: ROWS });
        let counts = shelf.counts(chain, id, winner);
        assert_eq!((counts.reproduced, counts.differing), expected);
        assert!(shelf.attested(chain, id, winner, by));
        for equal in [ROWS, 0] {
            let again = shelf.attest(chain, by, (id, winner), (equal, ROWS));
            let named = [number(id), account(winner), account(by)];
            reverts(again, "AlreadyAttested(uint256,address,address)", &named);
        }
    }
    assert_eq!(shelf.counts(chain, id, trainer(1)), ReproductionCounts::default(), "each model for itself");
    let market = chain.view(shelf.reproductions, trained::calls::reproductions::market()).unwrap();
    assert_eq!(returns::address(&market), Ok(game.world.market));
}

#[test]
fn only_a_verified_reveal_can_be_reproduced() {
    let (mut game, shelf) = settled();
    let id = game.id;
    assert_eq!(game.state(trainer(2)), Some(SubmissionState::Claimed));
    assert_eq!(game.state(trainer(3)), Some(SubmissionState::Conceded));
    for nobody in [trainer(2), trainer(3), REQUESTER, Address::ZERO] {
        nothing(shelf.attest(&mut game.world.chain, STRANGER, (id, nobody), (ROWS, ROWS)), id, nobody);
    }
    // Paid their stakes, they still have revealed nothing.
    for silent in [trainer(2), trainer(3)] {
        game.collect(silent).unwrap();
        assert_eq!(game.state(silent), Some(SubmissionState::Paid));
        nothing(shelf.attest(&mut game.world.chain, STRANGER, (id, silent), (ROWS, ROWS)), id, silent);
    }
    for (bounty, of) in [(0, trainer(0)), (id + 1, trainer(0)), (id + 1, Address::ZERO)] {
        nothing(shelf.attest(&mut game.world.chain, STRANGER, (bounty, of), (ROWS, ROWS)), bounty, of);
    }
}

#[test]
fn a_reveal_can_be_reproduced_before_the_end_and_a_loser_until_paid() {
    let mut game = Game::revealing(Plan::default(), &[(90, 90), (80, 80)]);
    let shelf = Shelf::beside(&mut game.world);
    let (id, better, worse) = (game.id, trainer(0), trainer(1));
    nothing(shelf.attest(&mut game.world.chain, STRANGER, (id, worse), (ROWS, ROWS)), id, worse);
    game.reveal(worse).unwrap();
    assert_eq!(game.state(worse), Some(SubmissionState::Verified));
    shelf.attest(&mut game.world.chain, STRANGER, (id, worse), (ROWS, ROWS)).unwrap();
    game.reveal(better).unwrap();
    assert_eq!(game.state(better), Some(SubmissionState::Paid));
    shelf.attest(&mut game.world.chain, STRANGER, (id, better), (ROWS, ROWS)).unwrap();
    shelf.attest(&mut game.world.chain, REQUESTER, (id, worse), (ROWS, ROWS)).unwrap();
    game.collect(worse).unwrap();
    nothing(shelf.attest(&mut game.world.chain, trainer(5), (id, worse), (ROWS, ROWS)), id, worse);
    let counts = shelf.counts(&mut game.world.chain, id, worse);
    assert_eq!((counts.reproduced, counts.differing), (2, 0), "what was said stands");
}

#[test]
fn a_slashed_claim_has_nothing_to_reproduce() {
    let mut game = Game::revealing(Plan::default(), &[(90, 91), (80, 80)]);
    let shelf = Shelf::beside(&mut game.world);
    game.reveal(trainer(0)).unwrap();
    assert_eq!(game.state(trainer(0)), Some(SubmissionState::Slashed));
    let id = game.id;
    nothing(shelf.attest(&mut game.world.chain, STRANGER, (id, trainer(0)), (ROWS, ROWS)), id, trainer(0));
}

#[test]
fn numbers_must_be_those_of_the_bounty_and_the_trainer_is_no_witness() {
    let (mut game, shelf) = settled();
    let (id, winner, chain) = (game.id, trainer(0), &mut game.world.chain);
    let own = shelf.attest(chain, winner, (id, winner), (ROWS, ROWS));
    reverts(own, "OwnReproduction(uint256,address)", &[number(id), account(winner)]);
    for rows in [0, ROWS - 1, ROWS + 1, u32::MAX] {
        let differ = shelf.attest(chain, STRANGER, (id, winner), (0, rows));
        reverts(differ, "RowsDiffer(uint32,uint32)", &[number(rows), number(ROWS)]);
    }
    for equal in [ROWS + 1, u32::MAX] {
        let high = shelf.attest(chain, STRANGER, (id, winner), (equal, ROWS));
        reverts(high, "EqualTooHigh(uint32,uint32)", &[number(equal), number(ROWS)]);
    }
    shelf.attest(chain, STRANGER, (id, winner), (0, ROWS)).unwrap();
    let counts = shelf.counts(chain, id, winner);
    assert_eq!((counts.reproduced, counts.differing), (0, 1));
}
