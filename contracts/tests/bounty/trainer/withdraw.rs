use bounty::{Event, Phase, SubmissionState, calls};
use protocol::Amount;

use crate::harness::{BountyOffer, BountyRun, bounty_run::STRANGER, trainer, wrong_state};

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
