//! Who deals: one order for a set of owners and a day, whatever anybody tries.

use directory::Move as RegistryMove;
use protocol::{Address, Amount, Digest};
use tasks::{Candidate, Draft, Event, Move, Said, State, event::code};

use super::choose::keys;
use crate::harness::{
    tasks::{ANN, HELPERS, Scene, candidates, draft, outcome},
    trainer,
};

/// A draft with four helpers, for any number of tasks.
fn helped(scene: &mut Scene) -> Draft {
    let grants = [1, 2].map(|dataset| {
        scene
            .granted(trainer(ANN), dataset, 5, |terms| (terms.times, terms.tries, terms.facts) = (1_000, 1_000, 10_000))
    });
    let mut made = draft(scene.chain.now(), &grants);
    (made.helpers, made.helper_budget) = (candidates(&[7, 7, 7, 7]), Amount(50));
    made
}

fn drawn(scene: &Scene, task: u64) -> Option<Address> {
    scene.book.task(task).unwrap().helper.as_ref().unwrap().helper
}

/// Publishes, confirms, draws: who is first.
fn ready(scene: &mut Scene, made: &Draft) -> u64 {
    let task = scene.publish(made);
    scene.confirm_all(task, 15);
    after_the_block(scene);
    scene.play(trainer(99), &Move::Draw { task, candidates: made.helpers.clone() }).unwrap();
    task
}

/// The block that draws is the one after that in which it was fixed; then comes the first in which it is known.
fn after_the_block(scene: &mut Scene) {
    scene.chain.wait(12);
    scene.chain.wait(12);
}

/// The order in which helpers have their turn.
fn order(scene: &mut Scene, task: u64, listed: &[Candidate]) -> Vec<Address> {
    let mut order = Vec::new();
    while let Some(helper) = drawn(scene, task) {
        order.push(helper);
        scene.play(helper, &Move::Decline { task, candidates: listed.to_vec() }).unwrap();
    }
    order
}

#[test]
fn a_hundred_rounds_on_one_day_give_one_order() {
    let mut scene = Scene::new();
    let mut made = helped(&mut scene);
    // Right after midnight, so that all of it is one day.
    let now = scene.chain.now();
    scene.chain.set_time(now - now % 86_400 + 86_400);
    let mut first: Option<Vec<Address>> = None;
    for round in 0..100 {
        (made.confirm_by, made.start_by) = (scene.chain.now() + 3_600, scene.chain.now() + 7_200);
        // The list is turned round, and things are said in another order.
        made.helpers.rotate_left(1);
        let task = ready(&mut scene, &made);
        if round % 3 == 0 {
            // A run that fails and is tried again keeps its helper.
            let helper = drawn(&scene, task).unwrap();
            scene.play(helper, &Move::Serve { task, key: Digest([3; 32]) }).unwrap();
            scene.start(task);
            scene.chain.wait(600);
            scene.play(trainer(99), &Move::Expire { task }).unwrap();
            scene.play(trainer(ANN), &Move::Retry { task }).unwrap();
            assert_eq!(drawn(&scene, task), Some(helper));
        }
        let order = order(&mut scene, task, &made.helpers);
        assert_eq!(order.len(), 4);
        assert_eq!(first.get_or_insert_with(|| order.clone()), &order, "round {round}");
        scene.play(trainer(ANN), &Move::Cancel { task }).unwrap();
    }
    assert_eq!(scene.book.draws.len(), 1);
    // It is the order of keccak256(abi.encode(hash, helper)).
    let hash = scene.book.draws.values().next().unwrap().hash.unwrap();
    let mut expected: Vec<_> = HELPERS[..4].iter().map(|n| trainer(*n)).collect();
    expected.sort_by_key(|helper| {
        let tokens = [crate::harness::word(hash), crate::harness::account(*helper)];
        ethers_core::utils::keccak256(ethers_core::abi::encode(&tokens))
    });
    assert_eq!(first, Some(expected));
}

#[test]
fn another_day_has_another_block() {
    let mut scene = Scene::new();
    let mut made = helped(&mut scene);
    ready(&mut scene, &made);
    scene.chain.wait(86_400);
    (made.confirm_by, made.start_by) = (scene.chain.now() + 3_600, scene.chain.now() + 7_200);
    ready(&mut scene, &made);
    assert_eq!(scene.book.draws.len(), 2);
}

#[test]
fn an_address_that_is_made_after_the_block_is_known_is_not_drawn() {
    let mut scene = Scene::new();
    let mut made = helped(&mut scene);
    let now = scene.chain.now();
    scene.chain.set_time(now - now % 86_400 + 86_400);
    (made.confirm_by, made.start_by) = (scene.chain.now() + 3_600, scene.chain.now() + 7_200);
    let task = ready(&mut scene, &made);
    let before = drawn(&scene, task).unwrap();
    let hash = scene.book.draws.values().next().unwrap().hash.unwrap();
    // An address that would come before all others is found by trying some.
    let rank = |helper| tasks::typed_data::rank(hash, helper);
    let ground = (1_000..).map(trainer).find(|address| rank(*address) < rank(before)).unwrap();
    let join = RegistryMove::Join { profile: Digest([1; 32]), key: Digest([1; 32]) };
    scene.registry(ground, &join).unwrap();
    made.helpers.push(Candidate { helper: ground, per_megabyte: Amount(7) });
    let task = scene.publish(&made);
    scene.confirm_all(task, 31);
    scene.play(trainer(99), &Move::Draw { task, candidates: made.helpers.clone() }).unwrap();
    assert_eq!(drawn(&scene, task), Some(before));
    assert!(!order(&mut scene, task, &made.helpers).contains(&ground));
}

#[test]
fn only_who_all_owners_accept_is_drawn_and_nothing_changes_after_the_block_is_fixed() {
    let mut scene = Scene::new();
    let made = helped(&mut scene);
    let task = scene.publish(&made);
    let confirm = [scene.confirmation(task, 0, 0b0011), scene.confirmation(task, 1, 0b1100)];
    scene.play(trainer(1), &confirm[0]).unwrap();
    scene.play(trainer(2), &confirm[1]).unwrap();
    let draw = Move::Draw { task, candidates: made.helpers.clone() };
    let refused = scene.play(trainer(99), &draw).unwrap_err();
    assert_eq!(refused.signature(), "NoHelperAcceptedByAll()");
    scene.play(trainer(1), &Move::Accept { task, seat: 0, accepted: 0b0110 }).unwrap();
    // Nobody draws before the block is there.
    assert_eq!(scene.play(trainer(99), &draw).unwrap_err().signature(), "NotYet(uint256)");
    for seat in [0, 1] {
        let again = Move::Accept { task, seat, accepted: 15 };
        let refused = scene.play(trainer(1 + u32::from(seat)), &again).unwrap_err();
        assert_eq!(refused.signature(), "DrawIsFixed()");
    }
    after_the_block(&mut scene);
    scene.play(trainer(99), &draw).unwrap();
    assert_eq!(order(&mut scene, task, &made.helpers), [trainer(HELPERS[2])]);
}

#[test]
fn without_a_helper_that_serves_nothing_starts() {
    let mut scene = Scene::new();
    let made = helped(&mut scene);
    let task = ready(&mut scene, &made);
    let refused = scene.play(trainer(ANN), &Move::Start { task }).unwrap_err();
    assert_eq!(refused.signature(), "NoHelperServes()");
}

#[test]
fn the_next_helper_steps_in_only_if_the_first_declines_or_both_seats_sign() {
    let mut scene = Scene::new();
    let made = helped(&mut scene);
    let task = ready(&mut scene, &made);
    let first = drawn(&scene, task).unwrap();
    scene.play(first, &Move::Serve { task, key: Digest([3; 32]) }).unwrap();
    scene.begin(task);
    let listed = made.helpers.clone();
    let signers = scene.signers(task);
    let advance = |signers: Vec<Address>| Move::Advance { task, candidates: listed.clone(), dealt: 4, signers };
    for alone in [vec![signers[0]], vec![signers[1]], vec![signers[0]; 2]] {
        assert!(scene.play(trainer(1), &advance(alone)).is_err());
    }
    let decline = Move::Decline { task, candidates: listed.clone() };
    for other in [1, 2, ANN] {
        let refused = scene.play(trainer(other), &decline).unwrap_err();
        assert_eq!(refused.signature(), "NotHelper(address,address)");
    }
    // The helper was killed: both sign, it is paid what it dealt, the next takes over.
    scene.play(trainer(1), &advance(signers)).unwrap();
    let second = drawn(&scene, task).unwrap();
    assert_ne!(first, second);
    scene.play(second, &Move::Serve { task, key: Digest([4; 32]) }).unwrap();
    let finish = scene.finishing(task, outcome(keys(2)));
    scene.play(trainer(99), &finish).unwrap();
    // 4 and 3 megabytes at 7 each, of 50.
    assert_eq!((scene.book.owed[&first], scene.book.owed[&second]), (Amount(28), Amount(21)));
    assert_eq!(scene.book.task(task).unwrap().helper.as_ref().unwrap().budget, Amount(1));
}

#[test]
fn a_helper_that_is_gone_before_all_begin_is_given_up_by_both_seats_and_the_next_one_serves() {
    let mut scene = Scene::new();
    let made = helped(&mut scene);
    let task = ready(&mut scene, &made);
    let first = drawn(&scene, task).unwrap();
    scene.play(first, &Move::Serve { task, key: Digest([3; 32]) }).unwrap();
    scene.play(trainer(ANN), &Move::Start { task }).unwrap();
    let signers = scene.signers(task);
    let advance = |signers: Vec<Address>| Move::Advance { task, candidates: made.helpers.clone(), dealt: 0, signers };
    for alone in [vec![signers[0]], vec![signers[1]], vec![signers[0]; 2]] {
        assert!(scene.play(trainer(1), &advance(alone)).is_err());
    }
    scene.play(trainer(1), &advance(signers.clone())).unwrap();
    let second = drawn(&scene, task).unwrap();
    assert_ne!(first, second);
    scene.play(second, &Move::Serve { task, key: Digest([4; 32]) }).unwrap();
    scene.play(trainer(1), &Move::Begin { task, signers }).unwrap();
    let finish = scene.finishing(task, outcome(keys(2)));
    scene.play(trainer(99), &finish).unwrap();
    assert!(!scene.book.owed.contains_key(&first), "it has dealt nothing");
}

#[test]
fn a_helper_gets_no_more_than_the_budget_and_nothing_for_bad_batches() {
    for (dealt, paid) in [(0, 0), (7, 49), (8, 50), (u64::MAX, 50)] {
        let mut scene = Scene::new();
        let made = helped(&mut scene);
        let task = ready(&mut scene, &made);
        let helper = drawn(&scene, task).unwrap();
        scene.play(helper, &Move::Serve { task, key: Digest([3; 32]) }).unwrap();
        scene.begin(task);
        let failure = tasks::Failure { code: tasks::Reason::BadBatch as u32, dealt, facts: 0, rows: 0 };
        let signers = scene.signers(task);
        scene.play(trainer(99), &Move::Fail { task, failure, signers }).unwrap();
        assert_eq!(scene.book.owed.get(&helper).map_or(0, |amount| amount.0), paid);
    }
}

#[test]
fn a_draw_that_everybody_missed_ends_the_task_and_takes_no_other_block() {
    let mut scene = Scene::new();
    scene.chain.forget_history();
    let made = helped(&mut scene);
    let task = scene.publish(&made);
    scene.confirm_all(task, 15);
    let number = scene.book.draws.values().next().unwrap().number;
    scene.chain.skip_to_block(number + 256);
    // One block before it is too late it is still known.
    assert!(scene.decide(trainer(99), &Move::Draw { task, candidates: made.helpers.clone() }).is_ok());
    assert_eq!(scene.play(trainer(99), &Move::Expire { task }).unwrap_err().signature(), "NotYet(uint256)");
    scene.chain.skip_to_block(number + 257);
    let refused = scene.play(trainer(99), &Move::Draw { task, candidates: made.helpers.clone() }).unwrap_err();
    assert_eq!(refused.signature(), "DrawMissed(uint64)");
    let said = scene.decide(trainer(99), &Move::Expire { task }).unwrap();
    let moved = Event::Moved { state: State::Expired, attempt: 1, code: code::ELECTION_FAILED };
    assert_eq!(said, [Said::Task(task, moved)]);
    scene.play(trainer(99), &Move::Expire { task }).unwrap();
}

#[test]
fn with_the_chains_own_history_a_draw_is_known_for_a_day() {
    let mut scene = Scene::new();
    let made = helped(&mut scene);
    let task = scene.publish(&made);
    scene.confirm_all(task, 15);
    let number = scene.book.draws.values().next().unwrap().number;
    scene.chain.skip_to_block(number + 3_000);
    scene.play(trainer(99), &Move::Draw { task, candidates: made.helpers.clone() }).unwrap();
}
