//! Points: nothing is paid.

use protocol::Amount;
use shared_model::{ClassifierKind, Event, IncentiveKind, calls::shared, state::record_key};

use crate::harness::{
    House,
    house::{Made, shape, sparse, terms},
    number, reverts, trainer, word,
};

fn ready(house: &mut House) -> Made {
    let shape = shape(ClassifierKind::SparsePerceptron, 10, 2, 2);
    house.ready(&shape, IncentiveKind::Points, &terms(IncentiveKind::Points), None)
}

#[test]
fn a_right_contribution_earns_a_point_once() {
    let mut house = House::new();
    let made = ready(&mut house);
    assert_eq!(house.deposit_now(made.model), Amount::ZERO);
    let sample = sparse(&[1, 2]);
    // Nothing is agreed to, nothing is allowed, nothing is held.
    house.send(trainer(0), made.model, shared::contribute(&sample, 1, Amount::ZERO, None)).unwrap();
    let refund = shared::refund(&sample, 1);
    let early = house.send(trainer(0), made.model, refund.clone());
    reverts(early, "TooEarly(uint256)", &[number(house.chain.now() + 100)]);
    house.chain.wait(100);
    house.send(trainer(0), made.model, refund.clone()).unwrap();
    assert_eq!(house.account(made.model, trainer(0)), (Amount::ZERO, 1));
    let key = record_key(&trainer(0), 1, &sample);
    reverts(house.send(trainer(0), made.model, refund), "AlreadySettled(bytes32)", &[word(key)]);
}

#[test]
fn what_is_known_earns_nothing() {
    let mut house = House::new();
    let made = ready(&mut house);
    let sample = sparse(&[1, 2]);
    house.send(trainer(0), made.model, shared::contribute(&sample, 0, Amount::ZERO, None)).unwrap();
    house.chain.wait(100);
    house.send(trainer(0), made.model, shared::refund(&sample, 0)).unwrap();
    assert!(matches!(house.last_event(made.model), Event::Refunded { point: false, amount: Amount::ZERO, .. }));
    assert_eq!(house.account(made.model, trainer(0)).1, 0);
    let key = record_key(&trainer(0), 0, &sample);
    assert!(house.record(made.model, key).unwrap().settled);
}

#[test]
fn there_is_nothing_to_report() {
    let mut house = House::new();
    let made = ready(&mut house);
    let sample = sparse(&[1]);
    house.send(trainer(0), made.model, shared::contribute(&sample, 1, Amount::ZERO, None)).unwrap();
    house.chain.wait(1_000);
    let report = house.send(trainer(1), made.model, shared::report(trainer(0), &sample, 1));
    reverts(report, "NothingToReport()", &[]);
}

#[test]
fn two_in_one_block_are_two() {
    let mut house = House::new();
    let made = ready(&mut house);
    // The clock stands still between transactions.
    for n in 0..3 {
        house.send(trainer(n), made.model, shared::contribute(&sparse(&[1]), 1, Amount::ZERO, None)).unwrap();
        house.send(trainer(n), made.model, shared::contribute(&sparse(&[2]), 1, Amount::ZERO, None)).unwrap();
    }
    assert_eq!(house.folded(made.model).contributions.len(), 6);
}
