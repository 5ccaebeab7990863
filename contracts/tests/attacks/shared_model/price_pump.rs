//! L4: somebody keeps the price high for everybody with samples that the model knows, at no cost.

use shared_model::{ClassifierKind, IncentiveKind};

use super::{
    super::{Attack, Outcome, Rules},
    scene::{Scene, terms},
};
use crate::harness::{
    models::{shape, sparse},
    trainer,
};

pub const L4: Attack = Attack {
    id: "L4",
    what: "Somebody contributes what the model knows, has the deposit back, and everybody else pays sixty times as much.",
    play,
};

fn play(rules: Rules) -> Outcome {
    let mut scene = Scene::new(rules);
    let perceptron = shape(ClassifierKind::SparsePerceptron, 30, 2, 2);
    let target = scene.model(&perceptron, IncentiveKind::Deposit, &terms(60, 120, 180)).unwrap();
    let pumper = trainer(0);
    scene.fund(pumper, target);
    scene.chain.wait(3_600);
    let before = scene.price(target);
    // The model says 0 of everything.
    scene.contribute(pumper, target, &sparse(&[5]), 0).unwrap();
    let after = scene.price(target);
    scene.chain.wait(60);
    scene.refund(pumper, target, &sparse(&[5]), 0).unwrap();
    let told = format!("{before} MDC before, {after} MDC after, all of it refunded");
    if after > before { Outcome::Succeeded(told) } else { Outcome::Failed(told) }
}

#[test]
fn l4_known_samples_pump_the_price() {
    L4.must_fail_now();
}
