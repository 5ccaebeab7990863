use bounty::{Event, Phase, SubmissionState, calls};
use protocol::Amount;

use crate::harness::{
    BountyOffer, BountyRun, account,
    bounty_run::{REQUESTER, STRANGER},
    number, reverts, trainer, wrong_phase,
};

#[test]
fn before_any_submission_the_reward_goes_back_in_full() {
    let mut run = BountyRun::open(BountyOffer::default());
    run.send(REQUESTER, calls::cancel(run.id, 0)).unwrap();
    assert_eq!(run.phase(), Phase::Cancelled);
    assert_eq!(run.balance(REQUESTER), Amount::mdc(100));
    assert_eq!(run.world.held(), Amount::ZERO);
    assert_eq!(run.last_event(), Event::Cancelled { share: Amount::ZERO, burned: Amount::ZERO });
}

#[test]
fn after_everyone_withdrew_the_reward_goes_back_in_full() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50, 60]);
    for n in 0..2 {
        run.send(trainer(n), calls::withdraw(run.id)).unwrap();
    }
    run.send(REQUESTER, calls::cancel(run.id, 0)).unwrap();
    assert_eq!(run.balance(REQUESTER), Amount::mdc(100));
    assert_eq!(run.world.due(run.id, trainer(0)), Amount::ZERO);
}

#[test]
fn after_submissions_the_active_trainers_share_half_of_the_reward_and_the_rest_is_burned() {
    let reward = Amount(1_000_000_000_000_000_001);
    let mut run = BountyRun::with_submissions(BountyOffer { reward, ..BountyOffer::default() }, &[50, 60, 70, 80]);
    run.send(trainer(3), calls::withdraw(run.id)).unwrap();
    let supply = run.world.supply();
    run.send(REQUESTER, calls::cancel(run.id, 3)).unwrap();

    let (share, burned) = (Amount(166_666_666_666_666_666), Amount(500_000_000_000_000_003));
    assert_eq!(share.0 * 3 + burned.0, reward.0);
    assert_eq!(run.last_event(), Event::Cancelled { share, burned });
    assert_eq!(supply.0 - run.world.supply().0, burned.0);
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
        let refused = run.send(caller, calls::cancel(run.id, 1));
        reverts(refused, "NotRequester(address,address)", &[account(caller), account(REQUESTER)]);
    }
    assert_eq!(run.phase(), Phase::Open);
}

/// Whoever submits garbage in front of a cancellation gets nothing by it: the requester had counted on nobody.
#[test]
fn it_is_refused_where_more_are_active_than_the_requester_expects() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50, 60, 70]);
    for at_most in 0..3 {
        let refused = run.send(REQUESTER, calls::cancel(run.id, at_most));
        reverts(refused, "MoreActive(uint32)", &[number(3u8)]);
    }
    assert_eq!(run.phase(), Phase::Open);
    // Fewer than expected cost no more than what was expected.
    run.send(trainer(0), calls::withdraw(run.id)).unwrap();
    run.send(REQUESTER, calls::cancel(run.id, 3)).unwrap();
    assert_eq!(run.world.due(run.id, trainer(1)), Amount::mdc(25 + 10));
}

#[test]
fn it_ends_at_the_deadline() {
    let mut run = BountyRun::open(BountyOffer::default());
    run.after_deadline();
    wrong_phase(run.send(REQUESTER, calls::cancel(run.id, 0)), run.id, Phase::AwaitingTruth);
}
