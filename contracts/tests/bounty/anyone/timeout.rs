use bounty::{Event, Phase, calls};
use protocol::Amount;

use crate::harness::{
    BountyOffer, BountyRun,
    bounty_run::{REQUESTER, STRANGER},
    trainer,
};

fn overdue(offer: BountyOffer, correct: &[u32]) -> BountyRun {
    let mut run = BountyRun::with_submissions(offer, correct);
    run.after_deadline();
    run.next_window();
    run
}

#[test]
fn half_of_the_reward_is_forfeited_to_the_active_trainers_and_what_nobody_can_have_is_burned() {
    let reward = Amount(1_000_000_000_000_000_000);
    let mut run = BountyRun::with_submissions(BountyOffer { reward, ..BountyOffer::default() }, &[50, 60, 70, 80]);
    run.after_deadline();
    run.send(trainer(3), calls::withdraw(run.id)).unwrap();
    run.next_window();
    let supply = run.world.supply();
    run.send(STRANGER, calls::timeout(run.id)).unwrap();

    // Half of the reward, what three shares leave of the other half, and the abandoned stake.
    let half = reward.0 / 2;
    let (share, burned) = (Amount(half / 3), Amount(half + half % 3 + Amount::mdc(10).0));
    assert_eq!(run.phase(), Phase::Forfeited);
    assert_eq!(run.last_event(), Event::Forfeited { share, burned });
    assert_eq!(supply.0 - run.world.supply().0, burned.0);
    assert_eq!(run.world.due(run.id, trainer(3)), Amount::ZERO);
    for n in 0..3 {
        run.collect(trainer(n)).unwrap();
        assert_eq!(run.balance(trainer(n)).0, share.0 + Amount::mdc(10).0);
    }
    assert_eq!(run.world.held(), Amount::ZERO);
}

#[test]
fn without_trainers_the_requester_is_refunded() {
    let mut run = overdue(BountyOffer::default(), &[]);
    run.send(STRANGER, calls::timeout(run.id)).unwrap();
    assert_eq!(run.phase(), Phase::Refunded);
    assert_eq!(run.last_event(), Event::Refunded { reward: Amount::mdc(100), burned: Amount::ZERO });
    assert_eq!(run.balance(REQUESTER), Amount::mdc(100));
}

#[test]
fn with_abandoned_submissions_only_their_stakes_burn() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50]);
    run.after_deadline();
    run.send(trainer(0), calls::withdraw(run.id)).unwrap();
    run.next_window();
    run.send(REQUESTER, calls::timeout(run.id)).unwrap();
    assert_eq!(run.last_event(), Event::Refunded { reward: Amount::mdc(100), burned: Amount::mdc(10) });
    assert_eq!(run.balance(REQUESTER), Amount::mdc(100));
    assert_eq!(run.world.held(), Amount::ZERO);
}
