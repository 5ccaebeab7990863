use bounty::{Event, SubmissionState};
use protocol::Amount;

use crate::harness::{
    BountyOffer, BountyRun, account, bounty_run::REQUESTER, bounty_run::STRANGER, number, reverts, trainer,
};

#[test]
fn what_is_due_is_paid_once_and_to_the_trainer_whoever_asks() {
    let mut run = BountyRun::with_submissions(BountyOffer::default(), &[50]);
    run.cancel().unwrap();
    run.collect(trainer(0)).unwrap();
    assert_eq!(run.balance(trainer(0)), Amount::mdc(60));
    assert_eq!(run.balance(STRANGER), Amount::ZERO);
    assert_eq!(run.last_event(), Event::PaidOut { trainer: trainer(0), amount: Amount::mdc(60) });
    assert_eq!(run.state(trainer(0)), Some(SubmissionState::Paid));
    let again = run.collect(trainer(0));
    reverts(again, "NothingToCollect(uint256,address)", &[number(run.id), account(trainer(0))]);
}

#[test]
fn nothing_is_due_before_the_end_or_to_strangers() {
    let mut run = BountyRun::revealing(BountyOffer::default(), &[(90, 90), (80, 80)]);
    for who in [trainer(0), STRANGER, REQUESTER] {
        let refused = run.collect(who);
        reverts(refused, "NothingToCollect(uint256,address)", &[number(run.id), account(who)]);
    }
    run.reveal(trainer(0)).unwrap();
    for who in [trainer(0), STRANGER, REQUESTER] {
        let refused = run.collect(who);
        reverts(refused, "NothingToCollect(uint256,address)", &[number(run.id), account(who)]);
    }
    run.collect(trainer(1)).unwrap();
}

#[test]
fn without_a_stake_there_is_nothing_to_collect_from_a_settled_bounty() {
    let mut run =
        BountyRun::revealing(BountyOffer { stake: Amount::ZERO, ..BountyOffer::default() }, &[(90, 90), (80, 80)]);
    run.reveal(trainer(0)).unwrap();
    let refused = run.collect(trainer(1));
    reverts(refused, "NothingToCollect(uint256,address)", &[number(run.id), account(trainer(1))]);
}
