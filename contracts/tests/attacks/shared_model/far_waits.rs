//! L9: a model whose deposits come back after 136 years.

use shared_model::{ClassifierKind, IncentiveKind};

use super::{
    super::{Attack, Outcome, Rules},
    scene::{Scene, name, terms},
};
use crate::harness::models::shape;

pub const L9: Attack =
    Attack { id: "L9", what: "An owner makes a model whose deposits come back to nobody who lives.", play };

fn play(rules: Rules) -> Outcome {
    let mut scene = Scene::new(rules);
    let perceptron = shape(ClassifierKind::SparsePerceptron, 30, 2, 2);
    let far = terms(u32::MAX, u32::MAX, u32::MAX);
    match scene.model(&perceptron, IncentiveKind::Deposit, &far) {
        Ok(_) => Outcome::Succeeded("refunds after 136 years".to_owned()),
        Err(refused) => Outcome::Failed(name(&refused)),
    }
}

#[test]
fn l9_waits_of_a_hundred_years() {
    L9.must_fail_now();
}
