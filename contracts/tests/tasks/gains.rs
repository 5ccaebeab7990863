//! Who gains by lying, staying silent, coming first, having many addresses, choosing the moment.

use protocol::{Address, Amount, Digest};
use tasks::{Failure, Move, REQUESTER_PART, Roles, SeatTerms, SignedKeys, State, typed_data};

use super::choose::{SEALED, hashes, keys, signed};
use crate::harness::{
    tasks::{ANN, START, Scene, draft, outcome},
    trainer,
};

const HEADS: Digest = Digest([4; 32]);
const BOND: u128 = 100;
/// Of a grant, and of computing.
const FEE: u128 = 5;
const COMPUTE: u128 = 11;

/// A task of Ann's on the data of 1 and 2 that is running.
fn running() -> (Scene, u64) {
    let mut scene = Scene::new();
    let draft = scene.draft(FEE);
    let task = scene.publish(&draft);
    scene.confirm_all(task, 0);
    scene.begin(task);
    (scene, task)
}

fn finished() -> (Scene, u64) {
    let (mut scene, task) = running();
    let finish = scene.finishing(task, outcome(keys(2)));
    scene.play(trainer(99), &finish).unwrap();
    (scene, task)
}

#[track_caller]
fn refused(scene: &mut Scene, caller: u32, what: &Move) -> &'static str {
    scene.play(trainer(caller), what).expect_err("refused").signature().split('(').next().unwrap()
}

/// What a person has more than at first.
fn gain(scene: &mut Scene, person: u32) -> i128 {
    scene.balance(trainer(person)) as i128 - START as i128
}

fn collect_all(scene: &mut Scene, task: u64) {
    for part in [0, 1, 2, REQUESTER_PART] {
        let _ = scene.play(trainer(99), &Move::Collect { task, part });
    }
    for account in scene.book.owed.keys().copied().collect::<Vec<_>>() {
        scene.play(trainer(99), &Move::CollectOwed { account }).unwrap();
    }
}

#[test]
fn everybody_gets_what_was_agreed() {
    let (mut scene, task) = finished();
    scene.chain.wait(86_400);
    collect_all(&mut scene, task);
    let paid = (FEE + COMPUTE) as i128;
    assert_eq!([1, 2, ANN].map(|person| gain(&mut scene, person)), [paid, paid, -2 * paid]);
}

// ---------------------------------------------------------------- lying

#[test]
fn nobody_says_alone_what_came_out() {
    let (mut scene, task) = running();
    let signers = scene.signers(task);
    let came_out = outcome(keys(2));
    let finish = |signers: Vec<Address>| Move::Finish { task, outcome: came_out, result: Digest::ZERO, signers };
    let alone = [vec![], vec![signers[0]], vec![signers[0]; 2], vec![signers[1], signers[0]]];
    let met = alone.map(|signers| refused(&mut scene, 1, &finish(signers)));
    assert_eq!(met, ["BadSignatures", "BadSignatures", "WrongSigner", "WrongSigner"]);
}

#[test]
fn a_signature_serves_one_attempt_and_one_purpose() {
    let (mut scene, task) = running();
    let signers = scene.signers(task);
    let signature = |scene: &Scene, digest| {
        let keys: Vec<_> = (1..=12).map(crate::harness::permit::Wallet::development).collect();
        let sign = |signer: &Address| keys.iter().find(|key| key.address == *signer).unwrap().sign_digest(digest);
        let _ = scene;
        signers.iter().flat_map(sign).collect::<Vec<u8>>()
    };
    let came_out = outcome(keys(2));
    let old = signature(&scene, scene.result(task, &came_out));
    let begun = signature(&scene, scene.run(task).begin(scene.spec(task)));
    let failure = Failure { code: 1, dealt: 0, facts: 0, rows: 0 };
    scene.play(trainer(99), &Move::Fail { task, failure, signers: signers.clone() }).unwrap();
    scene.play(trainer(ANN), &Move::Retry { task }).unwrap();
    scene.begin(task);
    let tasks = scene.tasks;
    for signatures in [old, begun] {
        let data = tasks::calls::finish(task, &came_out, &signatures);
        let refused = scene.chain.send(trainer(1), tasks, data).unwrap_err();
        assert!(format!("{refused:?}").contains("WrongSigner"), "{refused:?}");
    }
    assert_eq!(scene.book.task(task).unwrap().attempt, 2);
}

#[test]
fn a_failed_run_cannot_have_told_more_than_the_task_tells_and_what_it_told_stays_told() {
    let (mut scene, task) = running();
    let signers = scene.signers(task);
    let fail =
        |facts| Move::Fail { task, failure: Failure { code: 5, dealt: 0, facts, rows: 0 }, signers: signers.clone() };
    assert_eq!(refused(&mut scene, 1, &fail(5)), "BadFailure");
    scene.play(trainer(1), &fail(3)).unwrap();
    let grant = &scene.book.registry.grants[1];
    assert_eq!((grant.used, grant.held, grant.tried, grant.facts_used), (0, 0, 1, 3));
}

// ---------------------------------------------------------------- staying silent

#[test]
fn who_stays_silent_in_a_stall_loses_its_bond_to_who_does_not() {
    let (mut scene, task) = running();
    scene.play(trainer(1), &Move::Stall { task, seat: 0, heads: HEADS }).unwrap();
    scene.chain.wait(599);
    assert_eq!(refused(&mut scene, 99, &Move::Expire { task }), "NotYet");
    scene.chain.wait(1);
    // In the very second in which the window ends it is too late.
    assert_eq!(refused(&mut scene, 2, &Move::Respond { task, seat: 1, heads: HEADS, signer: None }), "TooLate");
    scene.play(trainer(99), &Move::Expire { task }).unwrap();
    assert_eq!(refused(&mut scene, ANN, &Move::Retry { task }), "BondWasLost");
    scene.play(trainer(99), &Move::Expire { task }).unwrap();
    collect_all(&mut scene, task);
    assert_eq!([1, 2, ANN].map(|person| gain(&mut scene, person)), [100, -100, 0]);
    // Nobody knows what was told, so all of it counts as told; the use is given back.
    let grant = &scene.book.registry.grants[1];
    assert_eq!((grant.used, grant.held, grant.facts_used), (0, 0, 4));
}

#[test]
fn where_all_respond_nobody_loses_anything() {
    let (mut scene, task) = running();
    scene.play(trainer(2), &Move::Stall { task, seat: 1, heads: HEADS }).unwrap();
    // A tab responds with its session key; anybody sends it.
    let signer = Some(scene.signers(task)[0]);
    scene.play(trainer(99), &Move::Respond { task, seat: 0, heads: HEADS, signer }).unwrap();
    assert_eq!(scene.book.task(task).unwrap().state, State::Failed);
    scene.play(trainer(ANN), &Move::Retry { task }).unwrap();
    scene.play(trainer(ANN), &Move::Cancel { task }).unwrap();
    collect_all(&mut scene, task);
    assert_eq!([1, 2, ANN].map(|person| gain(&mut scene, person)), [0, 0, 0]);
}

#[test]
fn who_keeps_its_key_back_loses_bond_and_fee() {
    let (mut scene, task) = finished();
    scene.chain.wait(86_399);
    // Before the period is over nobody takes its bond and leaves.
    assert_eq!(refused(&mut scene, 1, &Move::Collect { task, part: 0 }), "NothingDue");
    let signed = signed(&scene, task, hashes(2));
    scene.play(trainer(ANN), &Move::Demand { task, seat: 0, signed }).unwrap();
    scene.chain.wait(86_400);
    scene.play(trainer(1), &Move::Collect { task, part: 0 }).unwrap();
    collect_all(&mut scene, task);
    let fee = (FEE + COMPUTE) as i128;
    assert_eq!([1, 2, ANN].map(|person| gain(&mut scene, person)), [-(BOND as i128), fee, BOND as i128 - fee]);
}

#[test]
fn who_demands_a_key_that_it_has_gains_nothing() {
    let (mut scene, task) = finished();
    let signed = signed(&scene, task, hashes(2));
    let demand = Move::Demand { task, seat: 1, signed: signed.clone() };
    scene.play(trainer(ANN), &demand).unwrap();
    let deliver = |sealed: &[u8]| Move::Deliver { task, seat: 1, signed: signed.clone(), sealed: sealed.to_vec() };
    let (wrong, right) = (deliver(b"something"), deliver(SEALED));
    assert_eq!(refused(&mut scene, 2, &wrong), "OtherDelivery");
    scene.play(trainer(2), &right).unwrap();
    assert_eq!(refused(&mut scene, ANN, &demand), "WrongSeatState");
    collect_all(&mut scene, task);
    assert_eq!(gain(&mut scene, 2), (FEE + COMPUTE) as i128);
}

/// Results that are told to nobody, or to an owner, have seats without a key: a requester that demands one would get bond and
/// fee of a seat that nothing can be posted for.
#[test]
fn who_owes_no_key_cannot_be_made_to_lose_its_bond() {
    let (mut scene, task) = running();
    let mut hashes = hashes(2);
    hashes[0] = Digest::ZERO;
    let signed = signed(&scene, task, hashes);
    let finish = scene.finishing(task, outcome(signed.keys));
    scene.play(trainer(1), &finish).unwrap();
    let demand = |seat: u8, signed: &SignedKeys| Move::Demand { task, seat, signed: signed.clone() };
    assert_eq!(refused(&mut scene, ANN, &demand(0, &signed)), "NoKeyOwed");
    // Other hashes than were signed are none.
    let mut made_up = signed.clone();
    made_up.key_hashes[0] = Digest([1; 32]);
    assert_eq!(refused(&mut scene, ANN, &demand(0, &made_up)), "OtherDelivery");
    made_up.keys = typed_data::sealed_keys(&made_up.key_hashes);
    made_up.result = scene.result(task, &outcome(made_up.keys));
    assert_eq!(refused(&mut scene, ANN, &demand(0, &made_up)), "OtherDelivery");
    scene.play(trainer(ANN), &demand(1, &signed)).unwrap();
    let deliver = Move::Deliver { task, seat: 1, signed, sealed: SEALED.to_vec() };
    scene.play(trainer(2), &deliver).unwrap();
    scene.chain.wait(86_400);
    collect_all(&mut scene, task);
    let fee = (FEE + COMPUTE) as i128;
    assert_eq!([1, 2].map(|person| gain(&mut scene, person)), [fee, fee]);
}

#[test]
fn a_requester_who_vanishes_locks_nobody_up_for_ever() {
    let mut scene = Scene::new();
    let draft = scene.draft(FEE);
    let task = scene.publish(&draft);
    scene.confirm_all(task, 0);
    scene.chain.set_time(draft.start_by);
    assert_eq!(refused(&mut scene, ANN, &Move::Start { task }), "TooLate");
    scene.play(trainer(99), &Move::Expire { task }).unwrap();
    collect_all(&mut scene, task);
    assert_eq!([1, 2, ANN].map(|person| gain(&mut scene, person)), [0, 0, 0]);
}

// ---------------------------------------------------------------- coming first

#[test]
fn who_calls_the_stall_gets_no_more_than_who_responds() {
    let mut scene = Scene::new();
    let grants = [1, 2, 3].map(|dataset| scene.granted(trainer(ANN), dataset, FEE, |_| {}));
    let draft = draft(scene.chain.now(), &grants);
    let task = scene.publish(&draft);
    scene.confirm_all(task, 0);
    scene.begin(task);
    scene.play(trainer(1), &Move::Stall { task, seat: 0, heads: HEADS }).unwrap();
    assert_eq!(refused(&mut scene, 2, &Move::Stall { task, seat: 1, heads: HEADS }), "WrongTaskState");
    scene.play(trainer(3), &Move::Respond { task, seat: 2, heads: HEADS, signer: None }).unwrap();
    scene.chain.wait(600);
    scene.play(trainer(99), &Move::Expire { task }).unwrap();
    scene.play(trainer(ANN), &Move::Cancel { task }).unwrap();
    collect_all(&mut scene, task);
    assert_eq!([1, 2, 3].map(|person| gain(&mut scene, person)), [50, -100, 50]);
}

#[test]
fn a_stall_in_front_of_the_end_does_not_undo_what_all_have_signed() {
    let (mut scene, task) = running();
    let finish = scene.finishing(task, outcome(keys(2)));
    scene.play(trainer(1), &Move::Stall { task, seat: 0, heads: HEADS }).unwrap();
    scene.play(trainer(99), &finish).unwrap();
    scene.chain.wait(86_400);
    collect_all(&mut scene, task);
    assert_eq!([1, 2].map(|person| gain(&mut scene, person)), [16, 16]);
}

// ---------------------------------------------------------------- many addresses

#[test]
fn more_seats_win_no_more_than_the_bonds_that_are_lost() {
    let mut scene = Scene::new();
    // Owner 1 publishes the same rows twice, to sit twice.
    let terms = scene.book.registry.datasets[1].terms.clone();
    scene.registry(trainer(1), &directory::Move::Publish(terms)).unwrap();
    let grants = [1, 2, 4].map(|dataset| scene.granted(trainer(ANN), dataset, FEE, |_| {}));
    let draft = draft(scene.chain.now(), &grants);
    let task = scene.publish(&draft);
    scene.confirm_all(task, 0);
    assert_eq!(gain(&mut scene, 1), -2 * BOND as i128);
    scene.begin(task);
    scene.play(trainer(1), &Move::Stall { task, seat: 0, heads: HEADS }).unwrap();
    scene.play(trainer(1), &Move::Respond { task, seat: 2, heads: HEADS, signer: None }).unwrap();
    scene.chain.wait(600);
    scene.play(trainer(99), &Move::Expire { task }).unwrap();
    scene.play(trainer(ANN), &Move::Cancel { task }).unwrap();
    collect_all(&mut scene, task);
    assert_eq!([1, 2].map(|person| gain(&mut scene, person)), [100, -100]);
}

#[test]
fn one_account_does_not_compute_with_itself() {
    let mut scene = Scene::new();
    let terms = scene.book.registry.datasets[1].terms.clone();
    scene.registry(trainer(1), &directory::Move::Publish(terms)).unwrap();
    let grants = [1, 4].map(|dataset| scene.granted(trainer(ANN), dataset, FEE, |_| {}));
    let made = draft(scene.chain.now(), &grants);
    assert_eq!(refused(&mut scene, ANN, &Move::Publish(vec![made])), "BadSeats");
}

#[test]
fn nobody_publishes_on_the_grant_of_another() {
    let mut scene = Scene::new();
    let made = scene.draft(FEE);
    assert_eq!(refused(&mut scene, 11, &Move::Publish(vec![made])), "NotGrantUser");
}

// ---------------------------------------------------------------- choosing the moment

#[test]
fn nobody_is_said_to_be_silent_who_was_not_there() {
    let mut scene = Scene::new();
    let mut made = scene.draft(FEE);
    made.seats.push(SeatTerms { grant: 0, roles: Roles(Roles::RECEIVES), purpose: Digest::ZERO });
    let task = scene.publish(&made);
    scene.confirm_all(task, 0);
    scene.start(task);
    // The requester starts at night: without everybody's signature the run does not begin, and there is nothing to lose.
    let stall = Move::Stall { task, seat: 2, heads: HEADS };
    assert_eq!(refused(&mut scene, ANN, &stall), "WrongTaskState");
    let mut signers = scene.signers(task);
    signers[1] = signers[2];
    assert_eq!(refused(&mut scene, ANN, &Move::Begin { task, signers }), "WrongSigner");
    scene.chain.wait(600);
    scene.play(trainer(99), &Move::Expire { task }).unwrap();
    scene.play(trainer(ANN), &Move::Cancel { task }).unwrap();
    collect_all(&mut scene, task);
    assert_eq!([1, 2, ANN].map(|person| gain(&mut scene, person)), [0, 0, 0]);
    // It was a try all the same.
    assert_eq!(scene.book.registry.grants[1].tried, 1);
}

#[test]
fn a_demand_in_the_last_second_leaves_a_whole_day() {
    let (mut scene, task) = finished();
    scene.chain.wait(86_399);
    let signed = signed(&scene, task, hashes(2));
    scene.play(trainer(ANN), &Move::Demand { task, seat: 0, signed: signed.clone() }).unwrap();
    scene.chain.wait(86_399);
    let deliver = Move::Deliver { task, seat: 0, signed, sealed: SEALED.to_vec() };
    scene.play(trainer(1), &deliver).unwrap();
    scene.play(trainer(1), &Move::Collect { task, part: 0 }).unwrap();
    assert_eq!(gain(&mut scene, 1), (FEE + COMPUTE) as i128);
}

#[test]
fn a_price_that_rises_after_the_grant_costs_nobody_anything() {
    let mut scene = Scene::new();
    let made = scene.draft(FEE);
    let raise = directory::calls::datasets::set_prices(1, Amount(1_000), Amount(1_000));
    let datasets = scene.datasets;
    scene.chain.send(trainer(1), datasets, raise).unwrap();
    scene.publish(&made);
    assert_eq!(gain(&mut scene, ANN), -(2 * (FEE + COMPUTE) as i128));
}
