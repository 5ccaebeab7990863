//! What the page tells each person to do, and until when.

use protocol::{Amount, Digest};
use tasks::{Call, Move, State, Step};

use super::{
    choose::{hashes, keys, signed},
    life::in_state,
};
use crate::harness::{
    tasks::{ANN, Scene, outcome},
    trainer,
};

fn steps(scene: &Scene, person: u32, task: u64) -> Vec<Step> {
    let hash_of = |_| None;
    let call = Call { caller: trainer(person), now: scene.chain.now(), block: scene.chain.block(), hash_of: &hash_of };
    scene.book.steps(call, task)
}

#[test]
fn each_is_told_what_is_theirs_to_do_and_until_when() {
    let until = |state| {
        let (scene, task) = in_state(state);
        let found = scene.book.task(task).unwrap().clone();
        (scene, task, found)
    };
    let (scene, task, found) = until(State::Confirming);
    assert_eq!(steps(&scene, 1, task), [Step::Confirm { seat: 0, until: found.draft.confirm_by }]);
    assert_eq!(steps(&scene, 2, task), [Step::Confirm { seat: 1, until: found.draft.confirm_by }]);
    assert_eq!(steps(&scene, ANN, task), [Step::Cancel]);
    assert_eq!(steps(&scene, 99, task), []);
    assert_eq!(steps(&scene, 1, 77), []);

    let (scene, task, found) = until(State::Ready);
    assert_eq!(steps(&scene, ANN, task), [Step::Start { until: found.draft.start_by }, Step::Cancel]);
    assert_eq!(steps(&scene, 1, task), []);

    let (mut scene, task, found) = until(State::Started);
    assert_eq!(steps(&scene, 2, task), [Step::Begin { seat: 1, until: found.since + 600 }]);
    scene.chain.wait(600);
    assert!(steps(&scene, 99, task).contains(&Step::Expire));

    let (scene, task, found) = until(State::Stalled);
    assert_eq!(steps(&scene, 2, task), [Step::Respond { seat: 1, until: found.since + 600 }]);
    assert_eq!(steps(&scene, 1, task), []);

    let (scene, task, found) = until(State::Failed);
    assert_eq!(steps(&scene, ANN, task), [Step::Retry { until: found.draft.start_by }, Step::Cancel]);

    let (mut scene, task, found) = until(State::Finished);
    let until = found.since + 86_400;
    assert_eq!(steps(&scene, ANN, task), [0, 1].map(|seat| Step::Demand { seat, until }));
    scene.chain.wait(86_399);
    assert_eq!(steps(&scene, 1, task), []);
    let signed = signed(&scene, task, hashes(2));
    scene.play(trainer(ANN), &Move::Demand { task, seat: 0, signed }).unwrap();
    assert_eq!(steps(&scene, 1, task), [Step::Deliver { seat: 0, until: scene.chain.now() + 86_400 }]);
    scene.chain.wait(1);
    assert_eq!(steps(&scene, 2, task), [Step::Collect { part: 1, amount: Amount(100 + 5 + 11) }]);
    assert_eq!(steps(&scene, ANN, task), []);
    // What was not posted in time is the requester's.
    scene.chain.wait(86_400);
    assert_eq!(steps(&scene, ANN, task), [Step::Collect { part: 0, amount: Amount(116) }]);
    assert_eq!(steps(&scene, 1, task), []);
}

#[test]
fn helpers_are_drawn_and_asked() {
    let mut scene = Scene::new();
    let mut draft = scene.draft(5);
    (draft.helpers, draft.helper_budget) = (crate::harness::tasks::candidates(&[7]), Amount(50));
    let task = scene.publish(&draft);
    scene.confirm_all(task, 0);
    assert_eq!(steps(&scene, 1, task), [Step::AcceptHelpers { seat: 0, until: draft.start_by }]);
    for seat in [0, 1] {
        scene.play(trainer(1 + u32::from(seat)), &Move::Accept { task, seat, accepted: 1 }).unwrap();
    }
    scene.chain.wait(12);
    scene.chain.wait(12);
    scene.play(trainer(99), &Move::Draw { task, candidates: draft.helpers.clone() }).unwrap();
    let helper = crate::harness::tasks::HELPERS[0];
    assert_eq!(steps(&scene, helper, task), [Step::Serve { until: draft.start_by }]);
    assert_eq!(steps(&scene, ANN, task), [Step::Cancel]);
    scene.play(trainer(helper), &Move::Serve { task, key: Digest([3; 32]) }).unwrap();
    assert_eq!(steps(&scene, ANN, task), [Step::Start { until: draft.start_by }, Step::Cancel]);
    scene.begin(task);
    let finish = scene.finishing(task, outcome(keys(2)));
    scene.play(trainer(99), &finish).unwrap();
    // 3 megabytes at 7, of 50: the rest comes back.
    let rest = Step::Collect { part: tasks::REQUESTER_PART, amount: Amount(29) };
    assert!(steps(&scene, ANN, task).contains(&rest));
}
