//! Adding a class: by those who have taught the model well, not by the owner alone.

use contracts::returns;
use protocol::Amount;
use shared_model::{
    ClassifierKind, Event, IncentiveKind, Shape,
    calls::{classifier, shared},
};

use crate::harness::{
    Models, account,
    models::{CreatedModel, OWNER, shape, sparse, terms},
    number, reverts, trainer,
};

/// Naive Bayes for three classes that starts with two. Hardly smoothed: what it has not seen is class 0, what it has
/// seen is what it was taught.
fn ready(models: &mut Models) -> CreatedModel {
    let shape = Shape { setting: 1, headers: vec![20, 20], ..shape(ClassifierKind::NaiveBayes, 60, 3, 2) };
    models.ready(&shape, IncentiveKind::Points, &terms(IncentiveKind::Points), None)
}

/// Gives a trainer so many points.
fn points(models: &mut Models, made: &CreatedModel, n: u32, points: u32) {
    for point in 0..points {
        let sample = sparse(&[10 * n + point]);
        models.send(trainer(n), made.model, shared::contribute(&sample, 1, Amount::ZERO, None)).unwrap();
        models.chain.wait(200);
        models.send(trainer(n), made.model, shared::refund(&sample, 1)).unwrap();
        assert!(matches!(models.last_event(made.model), Event::Refunded { point: true, .. }), "{n} {point}");
    }
}

fn classes(models: &mut Models, made: &CreatedModel) -> u64 {
    returns::count(&models.view(made.classifier, classifier::classes())).unwrap()
}

fn proposed(models: &mut Models, made: &CreatedModel, name: &str) -> u64 {
    let receipt = models.send(trainer(9), made.model, shared::propose_class(name)).unwrap();
    returns::count(&receipt.output).unwrap()
}

#[test]
fn more_than_half_of_all_points_add_a_class_after_the_owners_wait() {
    let mut models = Models::new();
    let made = ready(&mut models);
    for (n, earned) in [(0, 4), (1, 2), (2, 5)] {
        points(&mut models, &made, n, earned);
    }
    assert_eq!(proposed(&mut models, &made, "neutral"), 1);
    let until = models.chain.now() + 200;
    let (support, add) = (shared::support_class(1), shared::add_class(1));
    for stranger in [OWNER, trainer(9)] {
        reverts(models.send(stranger, made.model, support.clone()), "NoPoints(address)", &[account(stranger)]);
    }
    models.send(trainer(0), made.model, support.clone()).unwrap();
    let again = models.send(trainer(0), made.model, support.clone());
    reverts(again, "AlreadySupported(uint256,address)", &[number(1u8), account(trainer(0))]);
    models.chain.wait(199);
    reverts(models.send(trainer(0), made.model, add.clone()), "TooEarly(uint256)", &[number(until)]);
    models.chain.wait(1);
    for who in [trainer(0), OWNER] {
        let few = models.send(who, made.model, add.clone());
        reverts(few, "TooLittleSupport(uint64,uint64)", &[number(4u8), number(11u8)]);
    }
    let sample = sparse(&[59]);
    let early = models.send(trainer(0), made.model, shared::contribute(&sample, 2, Amount::ZERO, None));
    reverts(early, "UnknownLabel(uint256,uint256)", &[number(2u8), number(2u8)]);
    models.send(trainer(1), made.model, support.clone()).unwrap();
    assert_eq!(classes(&mut models, &made), 2, "support alone adds nothing");
    models.send(trainer(9), made.model, add.clone()).unwrap();
    assert_eq!(classes(&mut models, &made), 3);
    assert_eq!(*models.last_event(made.model), Event::ClassAdded { proposal: 1, index: 2, name: "neutral".into() });
    for late in [support, add] {
        reverts(models.send(trainer(2), made.model, late), "AlreadyAdded(uint256)", &[number(1u8)]);
    }
    let stored = shared_model::returns::shared::proposal(&models.view(made.model, shared::proposal(1))).unwrap();
    assert_eq!((stored.name.as_str(), stored.support, stored.at, stored.added), ("neutral", 6, until - 200, true));
    assert_eq!(models.folded(made.model).classes, 3);

    models.send(trainer(0), made.model, shared::contribute(&sample, 2, Amount::ZERO, None)).unwrap();
    assert_eq!(models.predict(&made, &sample), 2);
    let full = models.send(trainer(0), made.model, shared::propose_class("more"));
    reverts(full, "NoRoomForClass(uint256)", &[number(3u8)]);
}

/// One point, which nonsense can earn, decides nothing.
#[test]
fn while_there_are_few_points_the_owner_decides_after_the_same_wait() {
    let mut models = Models::new();
    let made = ready(&mut models);
    points(&mut models, &made, 0, 9);
    proposed(&mut models, &made, "a");
    proposed(&mut models, &made, "b");
    models.send(trainer(0), made.model, shared::support_class(1)).unwrap();
    let until = models.chain.now() + 200;
    reverts(models.send(OWNER, made.model, shared::add_class(2)), "TooEarly(uint256)", &[number(until)]);
    models.chain.wait(200);
    let few = models.send(trainer(0), made.model, shared::add_class(1));
    reverts(few, "TooFewPoints(uint64,uint64)", &[number(9u8), number(10u8)]);
    models.send(OWNER, made.model, shared::add_class(2)).unwrap();
    assert_eq!(*models.last_event(made.model), Event::ClassAdded { proposal: 2, index: 2, name: "b".into() });
    // The other one comes too late: there is no room.
    reverts(models.send(OWNER, made.model, shared::add_class(1)), "NoRoomForClass(uint256)", &[number(3u8)]);
    let supported = models.view(made.model, shared::supported(1, trainer(0)));
    assert_eq!(returns::boolean(&supported), Ok(true));
}

#[test]
fn names_and_proposals_are_checked() {
    let mut models = Models::new();
    let made = ready(&mut models);
    for length in [0, 65] {
        let refused = models.send(trainer(0), made.model, shared::propose_class(&"x".repeat(length)));
        reverts(refused, "BadClassName(uint256)", &[number(length as u8)]);
    }
    models.send(trainer(0), made.model, shared::propose_class(&"x".repeat(64))).unwrap();
    for id in [0, 2] {
        for data in [shared::support_class(id), shared::add_class(id)] {
            reverts(models.send(OWNER, made.model, data), "NoSuchProposal(uint256)", &[number(id)]);
        }
    }
    let binary = shape(ClassifierKind::SparsePerceptron, 10, 2, 2);
    let binary = models.ready(&binary, IncentiveKind::Points, &terms(IncentiveKind::Points), None);
    let refused = models.send(trainer(0), binary.model, shared::propose_class("third"));
    reverts(refused, "NoRoomForClass(uint256)", &[number(2u8)]);
}
