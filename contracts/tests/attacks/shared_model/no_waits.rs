//! M6: with waits of 0 points cost nothing, and anyone takes any deposit at once.

use protocol::Amount;
use shared_model::{ClassifierKind, IncentiveKind};

use super::{
    super::{Attack, Outcome, Rules},
    scene::{Scene, name, terms},
};
use crate::harness::{
    models::{shape, sparse},
    trainer,
};

pub const M6: Attack = Attack {
    id: "M6",
    what: "A model with waits of 0: points in one block, and a stranger takes a right contributor's deposit in the next.",
    play,
};

fn play(rules: Rules) -> Outcome {
    let mut scene = Scene::new(rules);
    let perceptron = shape(ClassifierKind::SparsePerceptron, 30, 2, 2);
    let (mut told, waits) = match scene.model(&perceptron, IncentiveKind::Deposit, &terms(0, 0, 0)) {
        Ok(_) => (String::new(), terms(0, 0, 0)),
        // The shortest that there can be, then.
        Err(refused) => (format!("waits of 0: {}; ", name(&refused)), terms(60, 120, 180)),
    };
    let target = scene.model(&perceptron, IncentiveKind::Deposit, &waits).unwrap();
    let (attacker, victim, stranger) = (trainer(0), trainer(1), trainer(2));
    for who in [attacker, victim] {
        scene.fund(who, target);
    }
    let right = sparse(&[0]);
    scene.contribute(victim, target, &right, 1).unwrap();
    // All in one second.
    scene.contribute(attacker, target, &sparse(&[29]), 0).unwrap();
    let _ = scene.refund(attacker, target, &sparse(&[29]), 0);
    let points = scene.account(target, attacker).1;
    let _ = scene.report(stranger, target, (victim, &right, 1));
    let taken = scene.account(target, stranger).0;
    told += &format!("{points} points, {taken} MDC taken in the block of the contribution");
    if points > 0 && taken > Amount::ZERO { Outcome::Succeeded(told) } else { Outcome::Failed(told) }
}

#[test]
fn m6_waits_of_zero_take_any_deposit_at_once() {
    M6.must_fail_now();
}
