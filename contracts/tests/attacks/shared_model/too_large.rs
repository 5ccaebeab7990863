//! L1: the factory makes models that can never be taught; the owner has paid for loading them by then.

use shared_model::{ClassifierKind, IncentiveKind, Sample};

use super::{
    super::{Attack, Outcome, Rules},
    scene::{Scene, name, terms},
};
use crate::harness::{models::shape, trainer};

pub const L1: Attack = Attack {
    id: "L1",
    what: "An owner loads a model of 4,096 features and three classes, which no transaction can teach.",
    play,
};

fn play(rules: Rules) -> Outcome {
    let mut scene = Scene::new(rules);
    let wide = shape(ClassifierKind::DensePerceptron, 4_096, 3, 3);
    let target = match scene.model(&wide, IncentiveKind::Deposit, &terms(60, 120, 180)) {
        Ok(target) => target,
        Err(refused) => return Outcome::Failed(name(&refused)),
    };
    scene.fund(trainer(0), target);
    // 64 * 15,625 squared is 10^12 / 64 each: every feature moves.
    let sample = Sample::Dense(vec![15_625; 4_096]);
    match scene.contribute(trainer(0), target, &sample.to_bytes(), 1) {
        Ok(()) => Outcome::Failed("taught".to_owned()),
        Err(why) => Outcome::Succeeded(format!("loaded, and a lesson ends with {}", name(&why))),
    }
}

#[test]
fn l1_a_model_is_made_that_can_never_be_taught() {
    L1.must_fail_now();
}
