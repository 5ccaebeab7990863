//! Who may attest what, and once.

use bounty::{ReproductionCounts, SubmissionState};
use contracts::returns;
use protocol::Address;
use trained::Attestation;

use crate::harness::{
    BountyOffer, BountyRun, ModelFiles, account,
    bounty_run::{REQUESTER, STRANGER},
    models::files::attestation,
    number, reverts, trainer,
};

const ROWS: u32 = 100;

/// Trainers 0 and 1 reveal 90 and 80; trainer 2 claims 70 and stays silent; trainer 3 concedes.
fn settled() -> (BountyRun, ModelFiles) {
    let offer = BountyOffer { min_correct: 20, ..BountyOffer::default() };
    let mut run = BountyRun::revealing(offer, &[(90, 90), (80, 80), (70, 70), (10, 10)]);
    run.reveal(trainer(1)).unwrap();
    run.reveal(trainer(0)).unwrap();
    let files = ModelFiles::beside(&mut run.world);
    (run, files)
}

#[track_caller]
fn nothing<T: std::fmt::Debug>(result: Result<T, crate::harness::Failure>, bounty: u64, of: Address) {
    reverts(result, "NothingToReproduce(uint256,address)", &[number(bounty), account(of)]);
}

#[test]
fn whoever_ran_the_winners_model_says_so_once() {
    let (mut run, files) = settled();
    let (id, winner, chain) = (run.id, trainer(0), &mut run.world.chain);
    assert_eq!(files.counts(chain, id, winner), ReproductionCounts::default());
    for (by, equal, expected) in [(STRANGER, ROWS, (1, 0)), (REQUESTER, ROWS - 1, (1, 1)), (trainer(1), ROWS, (2, 1))] {
        assert!(!files.attested(chain, id, winner, by));
        let receipt = files.attest(chain, by, (id, winner), (equal, ROWS)).unwrap();
        assert_eq!(receipt.logs[0].0, files.reproductions);
        assert_eq!(attestation(&receipt), Attestation { bounty: id, trainer: winner, by, equal, rows: ROWS });
        let counts = files.counts(chain, id, winner);
        assert_eq!((counts.reproduced, counts.differing), expected);
        assert!(files.attested(chain, id, winner, by));
        for equal in [ROWS, 0] {
            let again = files.attest(chain, by, (id, winner), (equal, ROWS));
            let named = [number(id), account(winner), account(by)];
            reverts(again, "AlreadyAttested(uint256,address,address)", &named);
        }
    }
    assert_eq!(files.counts(chain, id, trainer(1)), ReproductionCounts::default(), "each model for itself");
    let market = chain.view(files.reproductions, trained::calls::reproductions::market()).unwrap();
    assert_eq!(returns::address(&market), Ok(run.world.market));
}

#[test]
fn only_a_verified_reveal_can_be_reproduced() {
    let (mut run, files) = settled();
    let id = run.id;
    assert_eq!(run.state(trainer(2)), Some(SubmissionState::Claimed));
    assert_eq!(run.state(trainer(3)), Some(SubmissionState::Conceded));
    for nobody in [trainer(2), trainer(3), REQUESTER, Address::ZERO] {
        nothing(files.attest(&mut run.world.chain, STRANGER, (id, nobody), (ROWS, ROWS)), id, nobody);
    }
    // Paid their stakes, they still have revealed nothing.
    for silent in [trainer(2), trainer(3)] {
        run.collect(silent).unwrap();
        assert_eq!(run.state(silent), Some(SubmissionState::Paid));
        nothing(files.attest(&mut run.world.chain, STRANGER, (id, silent), (ROWS, ROWS)), id, silent);
    }
    for (bounty, of) in [(0, trainer(0)), (id + 1, trainer(0)), (id + 1, Address::ZERO)] {
        nothing(files.attest(&mut run.world.chain, STRANGER, (bounty, of), (ROWS, ROWS)), bounty, of);
    }
}

#[test]
fn a_reveal_can_be_reproduced_before_the_end_and_for_ever_after() {
    let mut run = BountyRun::revealing(BountyOffer::default(), &[(90, 90), (80, 80)]);
    let files = ModelFiles::beside(&mut run.world);
    let (id, better, worse) = (run.id, trainer(0), trainer(1));
    nothing(files.attest(&mut run.world.chain, STRANGER, (id, worse), (ROWS, ROWS)), id, worse);
    run.reveal(worse).unwrap();
    assert_eq!(run.state(worse), Some(SubmissionState::Verified));
    files.attest(&mut run.world.chain, STRANGER, (id, worse), (ROWS, ROWS)).unwrap();
    run.reveal(better).unwrap();
    assert_eq!(run.state(better), Some(SubmissionState::Paid));
    files.attest(&mut run.world.chain, STRANGER, (id, better), (ROWS, ROWS)).unwrap();
    files.attest(&mut run.world.chain, REQUESTER, (id, worse), (ROWS, ROWS)).unwrap();
    run.collect(worse).unwrap();
    assert_eq!(run.state(worse), Some(SubmissionState::Paid));
    files.attest(&mut run.world.chain, trainer(5), (id, worse), (ROWS, ROWS)).unwrap();
    let counts = files.counts(&mut run.world.chain, id, worse);
    assert_eq!((counts.reproduced, counts.differing), (3, 0), "whoever has the stake sent ends nothing");
}

#[test]
fn a_slashed_claim_has_nothing_to_reproduce() {
    let mut run = BountyRun::revealing(BountyOffer::default(), &[(90, 91), (80, 80)]);
    let files = ModelFiles::beside(&mut run.world);
    run.reveal(trainer(0)).unwrap();
    assert_eq!(run.state(trainer(0)), Some(SubmissionState::Slashed));
    let id = run.id;
    nothing(files.attest(&mut run.world.chain, STRANGER, (id, trainer(0)), (ROWS, ROWS)), id, trainer(0));
}

#[test]
fn numbers_must_be_those_of_the_bounty_and_the_trainer_is_no_witness() {
    let (mut run, files) = settled();
    let (id, winner, chain) = (run.id, trainer(0), &mut run.world.chain);
    let own = files.attest(chain, winner, (id, winner), (ROWS, ROWS));
    reverts(own, "OwnReproduction(uint256,address)", &[number(id), account(winner)]);
    for rows in [0, ROWS - 1, ROWS + 1, u32::MAX] {
        let differ = files.attest(chain, STRANGER, (id, winner), (0, rows));
        reverts(differ, "RowsDiffer(uint32,uint32)", &[number(rows), number(ROWS)]);
    }
    for equal in [ROWS + 1, u32::MAX] {
        let high = files.attest(chain, STRANGER, (id, winner), (equal, ROWS));
        reverts(high, "EqualTooHigh(uint32,uint32)", &[number(equal), number(ROWS)]);
    }
    files.attest(chain, STRANGER, (id, winner), (0, ROWS)).unwrap();
    let counts = files.counts(chain, id, winner);
    assert_eq!((counts.reproduced, counts.differing), (0, 1));
}
