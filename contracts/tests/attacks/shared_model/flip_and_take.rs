//! H3: a right contribution's deposit is taken by whoever makes the model disagree for one moment.

use protocol::{Address, Amount};
use shared_model::{ClassifierKind, IncentiveKind, Terms};

use super::{
    super::{Attack, Outcome, Rules},
    scene::{Scene, terms},
};
use crate::harness::{
    models::{OWNER, shape, sparse},
    trainer,
};

pub const H3: Attack = Attack {
    id: "H3",
    what: "Somebody teaches the opposite once and takes the deposit of a right contribution in the same block.",
    play,
};

const DAY: u32 = 86_400;

/// Who takes, under which terms then and now. The owner's wait could be the refund wait.
fn variants() -> [(&'static str, Address, Terms, Terms); 3] {
    let (page, short) = (terms(DAY, 3 * DAY, 7 * DAY), terms(60, 3_600, 7 * DAY));
    [
        ("with a point of nonsense, the page's waits", trainer(1), page.clone(), page),
        ("with a point of nonsense, short waits", trainer(1), short.clone(), short),
        ("as owner", OWNER, terms(60, 60, 3_600), terms(60, 120, 3_600)),
    ]
}

fn play(rules: Rules) -> Outcome {
    let all = variants().map(|(how, taker, then, now)| {
        let taken = flip_and_take(rules, taker, if rules == Rules::Audited { &then } else { &now });
        (taken, format!("{taken} MDC {how}"))
    });
    let told = all.iter().map(|(_, told)| told.as_str()).collect::<Vec<_>>().join(", ");
    if all.iter().any(|(taken, _)| *taken > Amount::ZERO) { Outcome::Succeeded(told) } else { Outcome::Failed(told) }
}

/// What the attacker takes.
fn flip_and_take(rules: Rules, taker: Address, terms: &Terms) -> Amount {
    let (victim, flipper, friend) = (trainer(2), trainer(3), trainer(4));
    let wait = u64::from(terms.refund_wait);
    let mut scene = Scene::new(rules);
    let target =
        scene.model(&shape(ClassifierKind::SparsePerceptron, 30, 2, 2), IncentiveKind::Deposit, terms).unwrap();
    for who in [taker, victim, flipper, friend] {
        scene.fund(who, target);
    }
    if taker != OWNER {
        // A point by a feature that nobody uses, with the label that the model does not say.
        scene.contribute(taker, target, &sparse(&[29]), 1).unwrap();
        scene.contribute(friend, target, &sparse(&[28]), 0).unwrap();
        scene.chain.wait(2 * wait);
        scene.refund(taker, target, &sparse(&[29]), 1).unwrap();
        assert_eq!(scene.account(target, taker).1, 1);
    }
    scene.chain.wait(3_600);
    let right = sparse(&[0]);
    scene.contribute(victim, target, &right, 1).unwrap();
    assert_eq!(scene.predict(target, &right), 1, "right, and the model agrees");
    scene.chain.wait(wait);

    let before = scene.account(target, taker).0;
    scene.contribute(flipper, target, &right, 0).unwrap();
    assert_eq!(scene.predict(target, &right), 0);
    scene.refund(victim, target, &right, 1).unwrap_err();
    scene.report(taker, target, (victim, &right, 1)).unwrap();
    if rules == Rules::Present {
        // The victim has a whole refund wait, in which somebody else teaches what is right.
        scene.chain.wait(wait / 2);
        scene.contribute(friend, target, &right, 1).unwrap();
        scene.refund(victim, target, &right, 1).unwrap();
    }
    let _ = scene.take_after(1, taker, target, (victim, &right, 1));
    Amount(scene.account(target, taker).0.0 - before.0)
}

#[test]
fn h3_a_right_contribution_is_taken_by_a_flip_of_a_moment() {
    H3.must_fail_now();
    for (how, taker, then, _) in variants() {
        assert!(flip_and_take(Rules::Audited, taker, &then) > Amount::ZERO, "{how}: no attack at all");
    }
}

/// As long as nobody answers, a flip that stands for a whole wait takes the deposit: the contributor must look once a
/// refund wait.
#[test]
fn h3_a_flip_that_stands_for_a_whole_wait_still_takes() {
    let (taker, victim, flipper) = (OWNER, trainer(2), trainer(3));
    let mut scene = Scene::new(Rules::Present);
    let sparse_perceptron = shape(ClassifierKind::SparsePerceptron, 30, 2, 2);
    let target = scene.model(&sparse_perceptron, IncentiveKind::Deposit, &terms(60, 120, 3_600)).unwrap();
    for who in [victim, flipper] {
        scene.fund(who, target);
    }
    scene.contribute(victim, target, &sparse(&[0]), 1).unwrap();
    scene.contribute(flipper, target, &sparse(&[0]), 0).unwrap();
    scene.chain.wait(60);
    scene.report(taker, target, (victim, &sparse(&[0]), 1)).unwrap();
    scene.take_after(1, taker, target, (victim, &sparse(&[0]), 1)).unwrap();
    assert!(scene.account(target, taker).0 > Amount::ZERO);
}
