//! Points: nothing is paid.

use protocol::Amount;
use shared_model::{ClassifierKind, IncentiveKind, calls::shared, state::record_key};

use crate::harness::{
    Models,
    models::{CreatedModel, shape, sparse, terms},
    number, reverts, trainer, word,
};

fn ready(models: &mut Models) -> CreatedModel {
    let shape = shape(ClassifierKind::SparsePerceptron, 10, 2, 2);
    models.ready(&shape, IncentiveKind::Points, &terms(IncentiveKind::Points), None)
}

#[test]
fn a_right_contribution_earns_a_point_once() {
    let mut models = Models::new();
    let made = ready(&mut models);
    assert_eq!(models.deposit_now(made.model), Amount::ZERO);
    let sample = sparse(&[1, 2]);
    // Nothing is agreed to, nothing is allowed, nothing is held.
    models.send(trainer(0), made.model, shared::contribute(&sample, 1, Amount::ZERO, None)).unwrap();
    let refund = shared::refund(&sample, 1);
    let until = models.chain.now() + 200;
    models.chain.wait(199);
    reverts(models.send(trainer(0), made.model, refund.clone()), "TooEarly(uint256)", &[number(until)]);
    models.chain.wait(1);
    models.send(trainer(0), made.model, refund.clone()).unwrap();
    assert_eq!(models.account(made.model, trainer(0)), (Amount::ZERO, 1));
    let key = record_key(&trainer(0), 1, &sample);
    reverts(models.send(trainer(0), made.model, refund), "AlreadySettled(bytes32)", &[word(key)]);
}

#[test]
fn what_is_known_earns_nothing() {
    let mut models = Models::new();
    let made = ready(&mut models);
    let sample = sparse(&[1, 2]);
    models.send(trainer(0), made.model, shared::contribute(&sample, 0, Amount::ZERO, None)).unwrap();
    let key = record_key(&trainer(0), 0, &sample);
    // Nothing will ever come of it, and so nothing is ever offered.
    assert!(models.record(made.model, key).unwrap().settled);
    let folded = models.folded(made.model);
    assert!(folded.contribution(&key).unwrap().record.settled);
    assert_eq!(folded.steps(&trainer(0), models.chain.now()), []);
    models.chain.wait(200);
    let refund = models.send(trainer(0), made.model, shared::refund(&sample, 0));
    reverts(refund, "AlreadySettled(bytes32)", &[word(key)]);
    assert_eq!(models.account(made.model, trainer(0)).1, 0);
}

#[test]
fn there_is_nothing_to_report() {
    let mut models = Models::new();
    let made = ready(&mut models);
    let sample = sparse(&[1]);
    models.send(trainer(0), made.model, shared::contribute(&sample, 1, Amount::ZERO, None)).unwrap();
    models.chain.wait(1_000);
    let report = models.send(trainer(1), made.model, shared::report(trainer(0), &sample, 1));
    reverts(report, "NothingToReport()", &[]);
    let take = models.send(trainer(1), made.model, shared::take(trainer(0), &sample, 1));
    reverts(take, "NothingToReport()", &[]);
}

#[test]
fn two_in_one_block_are_two() {
    let mut models = Models::new();
    let made = ready(&mut models);
    // The clock stands still between transactions.
    for n in 0..3 {
        models.send(trainer(n), made.model, shared::contribute(&sparse(&[1]), 1, Amount::ZERO, None)).unwrap();
        models.send(trainer(n), made.model, shared::contribute(&sparse(&[2]), 1, Amount::ZERO, None)).unwrap();
    }
    assert_eq!(models.folded(made.model).contributions.len(), 6);
}
