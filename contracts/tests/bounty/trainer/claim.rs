use bounty::{Event, SubmissionState, calls};

use crate::harness::{BountyOffer, BountyRun, bounty_run::STRANGER, number, reverts, trainer, wrong_state};

#[test]
fn a_claim_from_the_minimum_on_competes_and_one_below_concedes() {
    let mut run = BountyRun::claiming(BountyOffer { min_correct: 50, ..BountyOffer::default() }, &[50, 49, 100]);
    run.claim(trainer(0), 50).unwrap();
    run.claim(trainer(1), 49).unwrap();
    assert_eq!(run.last_event(), Event::Claimed { trainer: trainer(1), correct: 49 });
    assert_eq!(run.state(trainer(0)), Some(SubmissionState::Claimed));
    assert_eq!(run.state(trainer(1)), Some(SubmissionState::Conceded));
    assert_eq!(run.world.submission(run.id, trainer(1)).unwrap().claim, 49);
    let bounty = run.bounty();
    assert_eq!((bounty.claims, bounty.conceded, bounty.active), (1, 1, 3));
}

#[test]
fn nothing_and_everything_correct_can_be_claimed() {
    let mut run = BountyRun::claiming(BountyOffer::default(), &[0, 100]);
    run.claim(trainer(0), 0).unwrap();
    run.claim(trainer(1), 100).unwrap();
    assert_eq!(run.bounty().claims, 2);
}

#[test]
fn more_than_everything_cannot_be_claimed() {
    let mut run = BountyRun::claiming(BountyOffer::default(), &[50]);
    for claim in [101, u32::MAX] {
        let refused = run.claim(trainer(0), claim);
        reverts(refused, "ClaimTooHigh(uint32,uint32)", &[number(claim), number(100u8)]);
    }
}

#[test]
fn a_score_is_claimed_once_and_by_the_trainer_alone() {
    let mut run = BountyRun::claiming(BountyOffer { min_correct: 10, ..BountyOffer::default() }, &[50, 5, 60]);
    wrong_state(run.send(STRANGER, calls::claim(run.id, 50)), run.id, STRANGER, None);
    run.claim(trainer(0), 50).unwrap();
    run.claim(trainer(1), 5).unwrap();
    run.send(trainer(2), calls::withdraw(run.id)).unwrap();
    use SubmissionState::{Abandoned, Claimed, Conceded};
    for (n, state) in [(0, Claimed), (1, Conceded), (2, Abandoned)] {
        wrong_state(run.claim(trainer(n), 60), run.id, trainer(n), Some(state));
    }
}
