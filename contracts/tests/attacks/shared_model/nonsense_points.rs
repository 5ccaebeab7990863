//! M7: one point, earned by nonsense, decides about all classes.

use protocol::Amount;
use shared_model::{ClassifierKind, IncentiveKind, Shape, Terms, calls::shared};

use super::{
    super::{Attack, Outcome, Rules},
    scene::{Scene, name},
};
use crate::harness::{
    models::{shape, sparse},
    trainer,
};

pub const M7: Attack = Attack {
    id: "M7",
    what: "Somebody earns a point by a feature that nobody uses, and fills the model with classes of nonsense.",
    play,
};

fn play(rules: Rules) -> Outcome {
    let mut scene = Scene::new(rules);
    let bayes = Shape { setting: 1, headers: vec![20, 20], ..shape(ClassifierKind::NaiveBayes, 30, 12, 2) };
    let terms = Terms { cost_weight: Amount::ZERO, refund_wait: 100, owner_wait: 200, any_wait: 300 };
    let target = scene.model(&bayes, IncentiveKind::Points, &terms).unwrap();
    let attacker = trainer(0);
    scene.contribute(attacker, target, &sparse(&[29]), 1).unwrap();
    scene.chain.wait(200);
    scene.refund(attacker, target, &sparse(&[29]), 1).unwrap();
    assert_eq!(scene.account(target, attacker).1, 1);

    let mut told = String::new();
    for proposal in 1..=10 {
        scene.chain.send(attacker, target.model, shared::propose_class("nonsense")).unwrap();
        scene.chain.send(attacker, target.model, shared::support_class(proposal)).unwrap();
        if rules == Rules::Present {
            scene.chain.wait(200);
            let add = scene.chain.send(attacker, target.model, shared::add_class(proposal));
            told = add.map_or_else(|why| format!("{}; ", name(&why)), |_| String::new());
        }
    }
    let classes = scene.classes(target);
    told += &format!("{classes} classes of 12, with one point");
    if classes > 2 { Outcome::Succeeded(told) } else { Outcome::Failed(told) }
}

#[test]
fn m7_a_point_of_nonsense_decides_about_all_classes() {
    M7.must_fail_now();
}
