//! L3: a second address takes the own bad deposit back after the longest wait.

use protocol::Amount;
use shared_model::{ClassifierKind, IncentiveKind};

use super::{
    super::{Attack, Outcome, Rules},
    scene::{Scene, terms},
};
use crate::harness::{
    models::{OWNER, shape, sparse},
    trainer,
};

pub const L3: Attack = Attack {
    id: "L3",
    what: "Somebody teaches nonsense, and takes the deposit back with a second address after the longest wait.",
    play,
};

fn play(rules: Rules) -> Outcome {
    let mut scene = Scene::new(rules);
    let perceptron = shape(ClassifierKind::SparsePerceptron, 30, 2, 2);
    let target = scene.model(&perceptron, IncentiveKind::Deposit, &terms(60, 120, 180)).unwrap();
    let (liar, second, honest) = (trainer(0), trainer(1), trainer(2));
    for who in [liar, honest] {
        scene.fund(who, target);
    }
    let lie = sparse(&[0]);
    scene.contribute(liar, target, &lie, 1).unwrap();
    scene.contribute(honest, target, &lie, 0).unwrap();
    scene.chain.wait(180);
    scene.report(second, target, (liar, &lie, 1)).unwrap();
    // Now the report is seen a wait before it can be carried out, and the owner comes a whole wait before strangers.
    let _ = scene.take_after(1, OWNER, target, (liar, &lie, 1));
    let _ = scene.take_after(1, second, target, (liar, &lie, 1));
    let back = scene.account(target, second).0;
    let told = format!("{back} MDC back");
    if back > Amount::ZERO { Outcome::Succeeded(told) } else { Outcome::Failed(told) }
}

#[test]
fn l3_a_second_address_takes_the_own_bad_deposit_back() {
    L3.must_fail_now();
}
