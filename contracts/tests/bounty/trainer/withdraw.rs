use bounty::{Event, Phase, SubmissionState, calls};
use protocol::Amount;

use crate::harness::{BountyOffer, BountyRun, bounty_run::STRANGER, trainer, wrong_phase, wrong_state};

#[test]
fn before_the_deadline_the_stake_comes_back() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50]);
    let deadline = run.bounty().terms.deadline;
    run.world.chain.set_time(deadline - 1);
    run.send(trainer(0), calls::withdraw(run.id)).unwrap();
    assert_eq!(run.balance(trainer(0)), Amount::mdc(10));
    assert_eq!(run.state(trainer(0)), Some(SubmissionState::Withdrawn));
    assert_eq!(run.last_event(), Event::Withdrawn { trainer: trainer(0), returned: Amount::mdc(10), late: false });
    assert_eq!(run.bounty().active, 0);
}

/// A transaction that was sent in time and comes into a block that is too late.
#[test]
fn in_time_or_not_at_all() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50, 60]);
    let deadline = run.bounty().terms.deadline;
    run.world.chain.set_time(deadline - 1);
    run.send(trainer(0), calls::withdraw_in_time(run.id)).unwrap();
    assert_eq!(run.balance(trainer(0)), Amount::mdc(10));
    assert_eq!(run.last_event(), Event::Withdrawn { trainer: trainer(0), returned: Amount::mdc(10), late: false });
    let again = run.send(trainer(0), calls::withdraw_in_time(run.id));
    wrong_state(again, run.id, trainer(0), Some(SubmissionState::Withdrawn));

    run.world.chain.set_time(deadline);
    wrong_phase(run.send(trainer(1), calls::withdraw_in_time(run.id)), run.id, Phase::AwaitingTruth);
    run.reveal_truth().unwrap();
    wrong_phase(run.send(trainer(1), calls::withdraw_in_time(run.id)), run.id, Phase::Claiming);
    assert_eq!(run.state(trainer(1)), Some(SubmissionState::Active));
    run.claim(trainer(1), 60).unwrap();
}

#[test]
fn from_the_deadline_on_the_stake_is_lost() {
    for claiming in [false, true] {
        let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50, 60]);
        run.after_deadline();
        if claiming {
            run.reveal_truth().unwrap();
        }
        run.send(trainer(0), calls::withdraw(run.id)).unwrap();
        assert_eq!(run.balance(trainer(0)), Amount::ZERO);
        assert_eq!(run.state(trainer(0)), Some(SubmissionState::Abandoned));
        assert_eq!(run.last_event(), Event::Withdrawn { trainer: trainer(0), returned: Amount::ZERO, late: true });
        assert_eq!(run.bounty().active, 1);
        assert_eq!(run.world.held(), Amount::mdc(120));
    }
}

#[test]
fn only_an_active_submission_is_withdrawn() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50]);
    wrong_state(run.send(STRANGER, calls::withdraw(run.id)), run.id, STRANGER, None);
    run.send(trainer(0), calls::withdraw(run.id)).unwrap();
    let again = run.send(trainer(0), calls::withdraw(run.id));
    wrong_state(again, run.id, trainer(0), Some(SubmissionState::Withdrawn));

    let mut run = BountyRun::claiming(BountyOffer { min_correct: 50, ..BountyOffer::default() }, &[50, 40, 30]);
    run.claim(trainer(0), 50).unwrap();
    run.claim(trainer(1), 40).unwrap();
    run.send(trainer(2), calls::withdraw(run.id)).unwrap();
    use SubmissionState::{Abandoned, Claimed, Conceded};
    for (n, state) in [(0, Claimed), (1, Conceded), (2, Abandoned)] {
        let refused = run.send(trainer(n), calls::withdraw(run.id));
        wrong_state(refused, run.id, trainer(n), Some(state));
    }
    assert_eq!(run.phase(), Phase::Claiming);
}
