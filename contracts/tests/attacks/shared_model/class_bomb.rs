//! H2: the owner adds classes until no refund fits a transaction, and takes every deposit after the longest wait.

use protocol::Amount;
use shared_model::{ClassifierKind, IncentiveKind, Shape, calls::shared};

use super::{
    super::{Attack, Outcome, Rules},
    scene::{Scene, Target, name, terms},
};
use crate::harness::{
    Failure,
    models::{OWNER, shape},
    trainer,
};

pub const H2: Attack = Attack {
    id: "H2",
    what: "The owner adds classes until refunds no longer fit a transaction, and takes the deposits later.",
    play,
};

const DAY: u32 = 86_400;

fn play(rules: Rules) -> Outcome {
    let mut scene = Scene::new(rules);
    let terms = terms(DAY, 3 * DAY, 7 * DAY);
    let large = shape(ClassifierKind::DensePerceptron, 1_500, 64, 2);
    let mut told = String::new();
    let (target, shape) = match scene.model(&large, IncentiveKind::Deposit, &terms) {
        Ok(target) => (target, large),
        Err(refused) => {
            // The largest that there can be, then.
            told = format!("1,500 features: {}; ", name(&refused));
            let largest = shape(ClassifierKind::DensePerceptron, 310, 64, 2);
            (scene.model(&largest, IncentiveKind::Deposit, &terms).unwrap(), largest)
        }
    };
    let victim = trainer(1);
    scene.fund(victim, target);
    let sample = unit(&shape);
    scene.contribute(victim, target, &sample, 1).unwrap();
    add_all_classes(&mut scene, target, 3 * DAY);
    assert_eq!(scene.classes(target), 64);

    scene.chain.wait(DAY.into());
    let refund = scene.refund(victim, target, &sample, 1);
    told += &match &refund {
        Ok(()) => "refunded".to_owned(),
        Err(why) => format!("refund: {}", name(why)),
    };
    scene.chain.wait(u64::from(7 * DAY));
    let _ = scene.report(OWNER, target, (victim, &sample, 1));
    let _ = scene.take_after(1, OWNER, target, (victim, &sample, 1));
    let taken = scene.account(target, OWNER).0;
    told += &format!(", the owner took {taken} MDC");
    let stuck = matches!(refund, Err(Failure::Halted(_))) || taken > Amount::ZERO;
    if stuck { Outcome::Succeeded(told) } else { Outcome::Failed(told) }
}

/// While nobody has points the owner adds classes alone.
fn add_all_classes(scene: &mut Scene, target: Target, wait: u32) {
    for _ in 2..64 {
        scene.chain.send(OWNER, target.model, shared::propose_class("x")).unwrap();
    }
    if scene.rules == Rules::Present {
        scene.chain.wait(wait.into());
    }
    for proposal in 1..=62 {
        let data = match scene.rules {
            Rules::Audited => shared::support_class(proposal),
            Rules::Present => shared::add_class(proposal),
        };
        scene.chain.send(OWNER, target.model, data).unwrap();
    }
}

/// A sample of norm 1: one feature is 1.
fn unit(shape: &Shape) -> Vec<u8> {
    let mut values = vec![0; shape.features as usize];
    values[0] = 1_000_000;
    shared_model::Sample::Dense(values).to_bytes()
}

#[test]
fn h2_classes_are_added_until_no_refund_fits() {
    H2.must_fail_now();
}
