use bounty::{Event, Phase, SubmissionState, calls};
use protocol::Amount;

use crate::harness::{
    BountyOffer, BountyRun, account,
    bounty_run::{REQUESTER, STRANGER},
    reverts, trainer,
};

#[test]
fn before_any_submission_the_reward_goes_back_in_full() {
    let mut run = BountyRun::open(BountyOffer::default());
    run.send(REQUESTER, calls::cancel(run.id)).unwrap();
    assert_eq!(run.phase(), Phase::Cancelled);
    assert_eq!(run.balance(REQUESTER), Amount::mdc(100));
    assert_eq!(run.world.held(), Amount::ZERO);
    assert_eq!(run.last_event(), Event::Cancelled { share: Amount::ZERO });
}

#[test]
fn after_everyone_withdrew_the_reward_goes_back_in_full() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50, 60]);
    for n in 0..2 {
        run.send(trainer(n), calls::withdraw(run.id)).unwrap();
    }
    run.send(REQUESTER, calls::cancel(run.id)).unwrap();
    assert_eq!(run.balance(REQUESTER), Amount::mdc(100));
    assert_eq!(run.world.due(run.id, trainer(0)), Amount::ZERO);
}

#[test]
fn after_submissions_the_active_trainers_share_the_reward_and_the_remainder_is_burned() {
    let reward = Amount(1_000_000_000_000_000_001);
    let mut run = BountyRun::with_submissions(BountyOffer { reward, ..BountyOffer::default() }, &[50, 60, 70, 80]);
    run.send(trainer(3), calls::withdraw(run.id)).unwrap();
    let supply = run.world.supply();
    run.send(REQUESTER, calls::cancel(run.id)).unwrap();

    let share = Amount(reward.0 / 3);
    assert_eq!(run.last_event(), Event::Cancelled { share });
    assert_eq!(supply.0 - run.world.supply().0, reward.0 % 3);
    assert_eq!(run.balance(REQUESTER), Amount::ZERO);
    for n in 0..3 {
        let expected = Amount(share.0 + Amount::mdc(10).0);
        assert_eq!(run.world.due(run.id, trainer(n)), expected);
        run.collect(trainer(n)).unwrap();
        assert_eq!(run.balance(trainer(n)), expected);
        assert_eq!(run.state(trainer(n)), Some(SubmissionState::Paid));
    }
    assert_eq!(run.world.due(run.id, trainer(3)), Amount::ZERO);
    assert_eq!(run.world.held(), Amount::ZERO);
}

#[test]
fn only_the_requester_cancels() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50]);
    for caller in [STRANGER, trainer(0)] {
        let refused = run.send(caller, calls::cancel(run.id));
        reverts(refused, "NotRequester(address,address)", &[account(caller), account(REQUESTER)]);
    }
    assert_eq!(run.phase(), Phase::Open);
}
